"""What people decided, laid over what was judged, in what is published."""

from datetime import timedelta

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veille.model.decisions import Decision, Facet, State, in_force, laid_over
from veille.model.judgement import Judged, Judgement, Tag, Verdict
from veille.store.watch.decisions import Taken

DOMAINS = ("financial_engineering", "governance", "leadership")
PLACES = ("QC-03", "QC-06", "FR")
ITEMS = ("a", "b", "c")


@pytest.fixture
def judged(watch):
    """The ids of three articles: relevant with a domain and a region, relevant, and not."""
    watch.remember_sources([source("tiess")], NOW)
    ids = [
        take_in(watch, name, f"Titre {name}", f"Texte {name}", at=NOW - n * timedelta(minutes=1))
        for n, name in enumerate(ITEMS)
    ]
    judge(watch, "m1", relevant=(True, True, False))
    return ids


def judge(watch, model, relevant, at=NOW):
    """Judge what this model has not; the first article has a domain and a region."""
    for article in watch.to_judge(watch.lacking_judgements(model, at)):
        number = ITEMS.index(article.title[-1])
        said = Judgement(
            model, "fr", 1.0, Verdict("relevant", relevant[number], 0.6, doubtful=True),
            (Verdict("governance", number == 0 and relevant[0], 0.6),),
            (Tag("QC-06", 0.9),) if number == 0 else (), (Tag("housing", 0.9),) * (number == 1),
        )  # fmt: skip
        watch.save_judgements([Judged(article, said, "run", at)])


def decide(watch, *decided, number=1, version=1):
    ours = [
        Decision(n, f"act{n}", item_id, facet, value, "lea", NOW, version=version)
        for n, (item_id, facet, value) in enumerate(decided, number)
    ]
    taken = Taken(1, ours[-1].number, ours[-1].act) if ours else Taken()
    watch.decisions.take(ours, [], taken, "run", NOW)
    return ours


def published(watch, ids=None):
    """Each item published, with its tags by kind."""
    edition = watch.edition(NOW)
    items, tags = edition.some(ids) if ids is not None else (edition.items, edition.tags)
    found = {one.item_id: (one, {}) for one in items}
    for tag in tags:
        found[tag.item_id][1].setdefault(tag.kind, {})[tag.id] = tag
    return found


@pytest.mark.every_home
def test_people_outrank_the_model_in_what_is_published(watch, judged):
    first, second, third = judged
    decide(
        watch,
        (first, Facet.RELEVANT, False),
        (second, Facet.REGIONS, ("FR", "QC-03")),
        (second, Facet.STATE, State.KEPT.value),
        (second, Facet.NOTE, "À lire"),
        (third, Facet.DOMAINS, ("governance", "leadership")),
    )
    told = published(watch)
    one, tags = told[first]
    assert (one.relevant, one.decided_by, one.doubtful) == (False, "person", False)
    assert "domain" not in tags
    assert tags["region"]["QC-06"].decided_by == "model"
    one, tags = told[second]
    assert (one.relevant, one.decided_by, one.state, one.note) == (True, "model", "kept", "À lire")
    assert not one.doubtful
    assert {id: tag.decided_by for id, tag in tags["region"].items()} == {
        "FR": "person", "QC-03": "person"
    }  # fmt: skip
    one, tags = told[third]
    assert (one.relevant, one.decided_by) == (True, "person")
    assert [repr(tag.probability) for tag in tags["domain"].values()] == ["1.0", "1.0"]
    assert published(watch, judged) == told


def test_a_changed_decision_is_a_changed_item(watch, judged):
    first = judged[0]
    edition = watch.edition(NOW)
    before, digest = dict(edition.stamps), edition.digest
    decide(watch, (first, Facet.NOTE, "À lire"))
    edition = watch.edition(NOW)
    assert edition.digest != digest
    assert {one for one, stamp in edition.stamps.items() if before[one] != stamp} == {first}
    decide(watch, (first, Facet.NOTE, None), number=2)
    assert watch.edition(NOW).stamps == before


def test_another_model_and_another_version_change_nothing_that_a_person_decided(watch, judged):
    first, second, third = judged
    decide(
        watch,
        (first, Facet.RELEVANT, False),
        (second, Facet.DOMAINS, ("leadership",)),
        (third, Facet.RELEVANT, True),
        (third, Facet.STATE, State.ACCEPTED.value),
    )
    later = NOW + DAY
    judge(watch, "m2", relevant=(True, False, False), at=later)
    take_in(watch, "c", "Titre nouveau c", "Un tout autre texte", at=later + timedelta(hours=1))
    judge(watch, "m2", relevant=(True, False, False), at=later + DAY)
    told = {item_id: one for item_id, (one, _tags) in published(watch).items()}
    assert [told[one].relevant for one in judged] == [False, True, True]
    assert [told[one].changed for one in judged] == [False, False, True]
    assert told[third].version == 2
    decide(watch, (third, Facet.STATE, State.ACCEPTED.value), number=5, version=2)
    assert not published(watch)[third][0].changed


values = {
    Facet.RELEVANT: st.booleans(),
    Facet.DOMAINS: st.sets(st.sampled_from(DOMAINS)).map(sorted).map(tuple),
    Facet.REGIONS: st.sets(st.sampled_from(PLACES)).map(sorted).map(tuple),
    Facet.STATE: st.sampled_from([state.value for state in State]),
    Facet.NOTE: st.sampled_from(["", "À lire"]),
}
decisions = st.tuples(st.sampled_from(range(len(ITEMS))), st.sampled_from(list(Facet))).flatmap(
    lambda pair: st.tuples(st.just(pair[0]), st.just(pair[1]), st.none() | values[pair[1]])
)


@pytest.mark.every_home
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(st.lists(decisions, max_size=8))
def test_sql_lays_decisions_over_as_python_does(watch, judged, drawn):
    watch.db.run("DELETE FROM decisions; DELETE FROM desk_takings")
    plain = published(watch)
    ours = decide(watch, *((judged[n], facet, value) for n, facet, value in drawn))
    decided = in_force(ours)
    for item_id, (one, tags) in published(watch).items():
        before, given_before = plain[item_id]
        standing = laid_over(
            before.relevant,
            sorted(given_before.get("domain", ())),
            sorted(given_before.get("region", ())),
            *(decided[name] for name in [item_id] if name in decided),
        )
        told = (one.relevant, tuple(sorted(tags.get("domain", ()))),
                tuple(sorted(tags.get("region", ()))), one.state, one.note)  # fmt: skip
        assert told == (
            standing.relevant, standing.domains, standing.regions, standing.state, standing.note
        )  # fmt: skip
