"""Which articles a new model judges anew: those of half a year, or since a day that one says."""

from datetime import timedelta

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW, source

from veille.model.judgement import Judged, Judgement, Verdict

AGES = {"now": 0, "week": 7, "autumn": 60, "winter": 300}
LAST = timedelta(minutes=1)


@pytest.fixture
def judged(watch):
    """Articles read so many days ago; one model judged all of them, but the one called new."""
    watch.remember_sources([source("tiess")], NOW)
    for name, days in AGES.items():
        take_in(watch, name, name, f"Texte {name}", at=NOW - days * DAY)
    for article in watch.to_judge(watch.lacking_judgements("m1", NOW)):
        said = Judgement("m1", "fr", 1.0, Verdict("relevant", True, 0.9), (), ())
        watch.save_judgements([Judged(article, said, "run", NOW)])
    take_in(watch, "new", "new", "Texte jamais jugé", at=NOW - 400 * DAY)
    return watch


def lacking(watch, model="m2", **asked):
    found = watch.lacking_judgements(model, NOW + LAST, **asked)
    titles = {one.article_id: one.title for one in watch.to_judge(found)}
    return [titles[one] for one in found]


def test_a_new_model_judges_half_a_year_anew_and_what_was_never_judged(judged):
    assert lacking(judged) == ["now", "week", "autumn", "new"]
    assert lacking(judged, "m1") == ["new"]


def test_since_a_day_more_or_less_is_judged_anew(judged):
    assert lacking(judged, since=NOW - 8 * DAY) == ["now", "week", "new"]
    assert lacking(judged, since=NOW - 7 * DAY) == ["now", "new"]  # read at that moment, not since
    assert lacking(judged, since=NOW - 999 * DAY) == ["now", "week", "autumn", "winter", "new"]
    assert lacking(judged, since=NOW + DAY) == ["new"]
    assert lacking(judged, since=NOW - 999 * DAY, limit=2) == ["now", "week"]
    assert lacking(judged, "m1", since=NOW - 999 * DAY) == ["new"]
