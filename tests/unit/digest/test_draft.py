"""Composing: what is chosen, once, in which order, and what is never told again."""

from datetime import date

from fakes.issues import SETTINGS, TODAY, WEEK, candidate

from veille.digest.draft import compose, issue_from


def draft_of(*candidates, **given):
    settings = given.pop("settings", SETTINGS)
    return compose(candidates, WEEK, 1, settings, today=TODAY, **given)


def kept(draft):
    return [line.item_id for line in draft.kept]


def test_by_domain_then_region_newest_first():
    draft = draft_of(
        candidate("lead", domains=("leadership",)),
        candidate("bre", regions=("FR-BRE",)),
        candidate("mtl-old", regions=("QC-06",), day=date(2026, 11, 12)),
        candidate("mtl", regions=("QC-06",)),
        candidate("nowhere", regions=()),
        candidate("fin", domains=("financial_engineering", "governance")),
        candidate("none", domains=()),
    )
    assert kept(draft) == ["fin", "mtl", "mtl-old", "bre", "nowhere", "lead", "none"]
    assert [line.section for line in draft.lines][-1] == "others"


def test_confident_ones_up_to_the_cap_and_others_to_choose_from():
    many = [candidate(f"i{n}", domains=("governance", "leadership")[n % 2 :]) for n in range(9)]
    doubtful = candidate("doubtful", doubtful=True)
    foreign = candidate("foreign", language="ko")
    draft = draft_of(*many, doubtful, foreign, settings=SETTINGS.model_copy(update={"cap": 4}))
    assert len(draft.kept) == 4
    offered = {line.item_id for line in draft.lines if not line.keep}
    assert {"doubtful", "foreign"} <= offered
    assert {line.section for line in draft.kept} == {"governance", "leadership"}


def test_what_the_team_kept_comes_first_whatever_the_cap():
    team = {f"t{n}": f"Note {n}" for n in range(3)}
    draft = draft_of(
        *(candidate(name, doubtful=True, day=date(2025, 1, 1)) for name in team),
        candidate("sure"),
        kept=team,
        settings=SETTINGS.model_copy(update={"cap": 3}),
    )
    assert set(kept(draft)) == set(team)
    assert {line.note for line in draft.kept} == set(team.values())


def test_a_story_is_told_once_by_its_original_and_never_again():
    copy = candidate("copy", story_ids=("st", "old-alias"), place=2, source="Reprise")
    original = candidate("orig", story_ids=("st", "old-alias"), place=1)
    draft = draft_of(copy, original)
    assert [line.item_id for line in draft.lines] == ["orig"]
    made, _left = issue_from(draft, [copy, original], SETTINGS)
    assert [teller.source for teller in made.pieces[0].also] == ["Reprise"]
    told = made.pieces[0].ids
    assert {"st", "old-alias", "copy", "orig"} == set(told)
    later = candidate("later", story_ids=("older", "st"))  # the story was bridged into another
    assert not draft_of(later, told=told).lines
    assert not draft_of(candidate("new", story_ids=("st2",)), copy, told=["copy"]).lines[1:]


def test_what_was_told_or_withdrawn_since_is_left_out_and_said():
    draft = draft_of(candidate("a"), candidate("b"), candidate("c"))
    made, left = issue_from(draft, [candidate("a"), candidate("b")], SETTINGS, told=["b"])
    assert [piece.item_id for piece in made.pieces] == ["a"]
    assert [line.item_id for line in left] == ["b", "c"]


def test_a_draft_in_hand_only_gains_what_it_lacks():
    first = [candidate(f"i{n}", story_ids=(f"s{n}",)) for n in range(40)]
    draft = draft_of(*first)
    there = [line.item_id for line in draft.lines]
    assert not draft_of(*first, there=there).lines
    retold = candidate("again", story_ids=("s0",), place=0)
    fresh = candidate("fresh", relevance=1.0, domain_probability=1.0)
    assert [one.item_id for one in draft_of(*first, retold, fresh, there=there).lines] == ["fresh"]


def test_calls_and_events_with_their_days():
    call = {"item_type": "ty-appel-projets"}
    event = {"item_type": "ty-evenement"}
    draft = draft_of(
        candidate("open", text="Date limite : 4 décembre 2026.", day=date(2026, 10, 1), **call),
        candidate("over", text="Date limite : 16 novembre 2026.", **call),
        candidate("to-come", text="Le colloque a lieu le 3 décembre 2026.", **event),
        candidate("was", text="Le congrès a réuni 80 délégués.", **event),
        candidate("old", day=date(2026, 10, 1)),
    )
    told = {line.item_id: (line.section, line.deadline) for line in draft.kept}
    assert told == {
        "open": ("calls", date(2026, 12, 4)),
        "to-come": ("events", date(2026, 12, 3)),
        "was": ("governance", None),
    }


def test_what_no_one_may_name_or_reach_is_not_there():
    draft = draft_of(
        candidate("none", policy="none"),
        candidate("script", url="javascript:alert(1)"),
        candidate("marker", url="https://personal-link.invalid/"),
        candidate("job", item_type="ty-offre-emploi"),
    )
    assert not draft.lines


def test_no_source_takes_the_whole_room():
    many = [candidate(f"i{n}", source_id="loud") for n in range(9)]
    assert len(draft_of(*many).kept) == SETTINGS.per_source
