"""Terms that rise stand out; those that keep pace, or are met by chance, do not."""

import random

from veille.dashboard.rising import rising


def test_a_term_that_rises_is_told_with_its_counts():
    counts = [("obligations communautaires", 12, 10), ("coopérative", 30, 195), ("monnaie", 2, 0)]
    [one] = rising(counts, lately=100, before=650)
    assert (one.term, one.lately, one.before) == ("obligations communautaires", 12, 10)
    assert round(one.expected, 1) == 1.5


def test_a_watch_that_grows_makes_no_term_rise():
    assert rising([("coopérative", 60, 195)], lately=200, before=650) == []
    assert rising([("coopérative", 60, 195)], lately=100, before=650)


def test_nothing_rises_without_a_past():
    assert rising([("coopérative", 60, 0)], lately=200, before=0) == []


def test_chance_alone_seldom_makes_a_term_rise():
    draw = random.Random(7)
    false = 0
    for _night in range(50):
        counts = []
        for number in range(100):
            rate = draw.choice([0.2, 1, 3, 8])
            lately = sum(draw.random() < rate / 50 for _ in range(200))
            before = sum(draw.random() < rate / 50 for _ in range(1300))
            counts.append((f"t{number}", lately, before))
        false += len(rising(counts, lately=200, before=1300))
    assert false <= 3
