"""What people decide changes what the next night publishes, and holds under another model."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from veille.classify.opening import open_judge
from veille.cli.app import app
from veille.model.decisions import Facet, State, Wish
from veille.runner import run_pipeline
from veille.store.catalogue import OPEN, TEAM, Catalogue
from veille.store.desk import open_desk

ITEMS = """
SELECT item_id, title, relevant, decided_by, state, note, doubtful, changed, story_id,
       (SELECT list(domain ORDER BY domain) FROM item_domains AS tagged
        WHERE tagged.item_id = items.item_id) AS domains
FROM items ORDER BY relevance DESC, item_id
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory, first_night):
    return first_night.copy(tmp_path_factory.mktemp("w") / "w")


@pytest.fixture(scope="module")
def workspace(copy):
    return copy[0]


@pytest.fixture(scope="module")
def clock(copy):
    return copy[1]


def night(workspace, clock):
    clock.advance(minutes=30)  # nothing is due: only what people did is new
    return {step.name: step for step in run_pipeline(workspace, "nightly", clock=clock).steps}


def items(workspace, edition=TEAM):
    with Catalogue(workspace.catalogue, edition) as catalogue:
        return {row["item_id"]: row for row in catalogue.rows(ITEMS)}


@pytest.fixture(scope="module")
def decided(workspace, clock):
    """The night after two items were decided upon, and two others put in one story."""
    before = items(workspace)
    good = [one for one, row in before.items() if row["relevant"] and not row["story_id"]]
    bad = [one for one, row in before.items() if not row["relevant"]]
    with open_desk(workspace.desk) as desk:
        desk.decisions.decide(
            [
                Wish(good[0], Facet.RELEVANT, False, said=True),
                Wish(good[0], Facet.STATE, State.ASIDE),
                Wish(bad[0], Facet.RELEVANT, True, said=False),
                Wish(bad[0], Facet.DOMAINS, ("leadership",), said=()),
                Wish(bad[0], Facet.STATE, State.KEPT),
                Wish(bad[0], Facet.NOTE, "À lire ce soir."),
            ],
            author="lea",
            now=clock.now(),
            reason="Vu en réunion",
        )
        desk.rulings.merge(good[1:3], author="lea", now=clock.now())
    return good, bad, night(workspace, clock)


def test_the_next_night_publishes_what_people_decided(workspace, clock, decided):
    good, bad, told = decided
    assert (told["take"].done, told["take"].new) == (7, 7)
    assert told["publish"].new == 1
    team, shown = items(workspace), items(workspace, OPEN)
    one = team[good[0]]
    assert (one["relevant"], one["decided_by"], one["state"]) == (False, "person", "aside")
    assert good[0] not in shown
    one = team[bad[0]]
    assert (one["relevant"], one["domains"], one["state"]) == (True, ["leadership"], "kept")
    assert one["note"] == "À lire ce soir."
    assert not one["doubtful"]
    if bad[0] in shown:  # where its source lets it be named
        assert shown[bad[0]]["state"] is None
    assert team[good[1]]["story_id"] == team[good[2]]["story_id"] is not None
    with Catalogue(workspace.catalogue) as catalogue:
        assert bad[0] in {row["item_id"] for row in catalogue.search(one["title"]).items}
    assert night(workspace, clock)["publish"].new == 0, "straight after nothing changes"


def test_another_model_changes_nothing_that_a_person_decided(
    workspace, clock, decided, monkeypatch
):
    good, bad, _told = decided
    before = items(workspace)

    def other(models, var, tell):
        """A model of another version, for which nothing is relevant."""
        judge = open_judge(models, var, tell)
        recipe = judge.model.recipe
        strict = recipe.calibration_of("relevant").model_copy(update={"cut": 0.99999})
        changed = recipe.model_copy(
            update={"calibration": {**recipe.calibration, "relevant": strict}}
        )
        return replace(judge, model=replace(judge.model, version="domains-x", recipe=changed))

    monkeypatch.setattr("veille.classify.opening.open_judge", other)
    monkeypatch.setattr("veille.classify.versions.judge_version", lambda *_folders: "domains-x")
    assert night(workspace, clock)["judge"].done == len(before)
    after = items(workspace)
    assert sum(row["relevant"] for row in after.values()) < 5
    for item_id in (good[0], bad[0]):
        assert after[item_id] == before[item_id]


def veille(workspace, *words):
    result = CliRunner().invoke(app, [*words, "--workspace", str(workspace.root)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_decisions_are_shown_taken_out_and_learnt_from(workspace, clock, decided):
    good, bad, _told = decided
    shown = veille(workspace, "show", bad[0])
    assert "Décidé par des personnes" in shown
    assert "Pertinent\u00a0: oui (lea, 21\u00a0novembre 2026 à" in shown
    assert "le modèle avait dit\u00a0: non" in shown
    assert "Vu en réunion" in shown
    lines = [json.loads(line) for line in veille(workspace, "decisions", "export").splitlines()]
    assert {one["id"]: (one["relevant"], one["domains"]) for one in lines} == {
        good[0]: (False, []), bad[0]: (True, ["leadership"]),
    }  # fmt: skip
    assert all(one["text"] for one in lines)
    report = run_pipeline(workspace, "train", clock=clock)
    assert report.status == "ok"
    assert [(step.name, step.done) for step in report.steps] == [("take", 0), ("train", 2)]
    assert "Trop peu de décisions" in veille(workspace, "train")


def test_a_broken_desk_is_told_and_the_night_goes_on_without_it(workspace, clock, decided):
    _good, bad, _told = decided
    whole = workspace.desk.read_bytes()
    for path in workspace.var.glob("desk.sqlite-*"):
        path.unlink()
    workspace.desk.write_bytes(b"not a desk" * 1000)
    clock.advance(minutes=30)
    report = run_pipeline(workspace, "nightly", clock=clock)
    assert [(one.kind, one.subject) for one in report.failures] == [("no_desk", "desk.sqlite")]
    assert items(workspace)[bad[0]]["relevant"]
    workspace.desk.write_bytes(whole)
    assert night(workspace, clock)["take"].failed == 0
