"""What runs note of how far all is done changes no answer: neither where clocks are set back, nor
where items are withdrawn or what was superseded goes, nor where another model judges."""

import random
from datetime import timedelta

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW, PACE, announced, poll, read, source, unread

from veille.model.judgement import Judged, Judgement, Verdict
from veille.model.story import Grouped
from veille.store.watch import looking, retention
from veille.stories import SCHEME, signed

MODELS = ("m1", "m2")
NAMES = [f"item {n}" for n in range(40)]


@pytest.fixture(autouse=True)
def noted_at_each_row(monkeypatch):
    monkeypatch.setattr(looking, "FAR", 1)


def answers(watch, now):
    return {
        "read": watch.lacking_articles(now, backlog=2),
        "sign": watch.stories.lacking(SCHEME),
        "judge": [watch.lacking_judgements(model, now) for model in MODELS],
        "counts": watch.counts(backlog=2),
        "unjudged": watch.unjudged(),
    }


def unnoted(watch, now):
    """The answers that one has by looking through all."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(looking, "done", lambda db, question: looking.NOTHING)
        return answers(watch, now)


def night(watch, draw, now):
    """Announce, read, sign and judge some of what there is; then note how far all is done."""
    announcing = [
        poll(name, *(announced(one, title=draw.choice((one, "Autre titre")))
                     for one in draw.sample(NAMES, draw.randint(1, 4))), at=now)
        for name in draw.sample("abc", 2)
    ]  # fmt: skip
    watch.save_polls(announcing, PACE)
    yield
    waiting = watch.lacking_articles(now, backlog=2)
    outcomes = (draw.choice((read, read, read, unread)) for _ in waiting)
    tried = [outcome(one, at=now) for one, outcome in zip(waiting, outcomes, strict=True)]
    watch.save_readings(tried[: draw.choice((2, 99))], attempts=2)
    lacking = watch.stories.lacking(SCHEME)[: draw.choice((1, 99, 99))]
    ours = [signed(one, "fr") for one in watch.stories.to_sign(lacking)]
    watch.stories.save(Grouped("run", now, signed=ours))
    judge(watch, draw.choice((*MODELS, "m1")), now, draw.choice((1, 99, 99)))
    if draw.random() < 0.2 and waiting:
        watch.withdrawals.withdraw(draw.choice(waiting).item_id, "Lettre", now)
    if draw.random() < 0.2:
        retention.tidy(watch.db, dict.fromkeys(("versions", "judgements"), now))
    yield
    watch.look_through(now, backlog=2)


def judge(watch, model, now, limit):
    for article in watch.to_judge(watch.lacking_judgements(model, now, limit=limit)):
        said = Judgement(model, "fr", 1.0, Verdict("relevant", True, 0.9), (), ())
        watch.save_judgements([Judged(article, said, "run", now)])


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_what_is_noted_changes_no_answer(watch, seed):
    draw, now, held = random.Random(seed), NOW, 0
    watch.remember_sources([source(name) for name in "abc"], NOW)
    for _ in range(7):
        now += draw.choice((DAY, DAY, DAY, 90 * DAY, -40 * DAY, timedelta(minutes=1)))
        for _ in night(watch, draw, now):
            assert answers(watch, now) == unnoted(watch, now)
            held += looking.done(watch.db, looking.read(2)) != looking.NOTHING
    assert held > 2  # else nothing was shown


@pytest.mark.every_home
def test_a_note_holds_until_rows_of_before_it_come_or_go(watch):
    watch.remember_sources([source("tiess")], NOW)
    for minutes, name in enumerate("ab"):
        take_in(watch, name, name, "Un texte.", at=NOW + timedelta(minutes=minutes))
    take_in(watch, "c", "c", "Un texte.", at=NOW + DAY)
    judge(watch, "m1", NOW + DAY, 9)
    watch.look_through(NOW + DAY, backlog=30)
    questions = (looking.read(30), looking.judged("m1"))
    assert [looking.done(watch.db, one).until for one in questions] == [NOW + DAY, NOW + DAY]
    assert [looking.done(watch.db, one).items for one in questions] == [2, 2]
    assert watch.counts(backlog=30) == {"items": 3, "articles": 3, "waiting": 0}
    late = take_in(watch, "late", "late", "Un texte.", at=NOW - DAY)
    assert [looking.done(watch.db, one) for one in questions] == [looking.NOTHING] * 2
    assert (watch.unjudged(), watch.counts(backlog=30)["items"]) == (1, 4)
    judge(watch, "m1", NOW + DAY, 9)
    watch.look_through(NOW + DAY, backlog=30)
    assert [looking.done(watch.db, one).items for one in questions] == [3, 3]
    watch.withdrawals.withdraw(late, "Lettre", NOW)
    assert [looking.done(watch.db, one) for one in questions] == [looking.NOTHING] * 2
    assert watch.counts(backlog=30) == {"items": 3, "articles": 3, "waiting": 0}
    watch.rebuild_current()
    assert watch.db.rows("FROM looked_through_current") == []
