"""`veille status` where people review: what waits for them, and how right the model is."""

import json

from fakes.commands import veille
from fakes.morning import governed, morning, piece
from fakes.pages import NOW, made_workspace

from veille.cli.reviewed import with_people
from veille.health.incidents import AlertKind, Incident, Ledger
from veille.health.ledger import write_ledger
from veille.health.situation import incidents_file, situation
from veille.model.decisions import Facet, State, Wish
from veille.store.desk import open_desk


def test_an_approved_issue_waits_for_nobody(tmp_path):
    """Though nobody looked since: the alert is closed at the next look, or run."""
    workspace = made_workspace(tmp_path / "w")
    kinds = (AlertKind.BULLETIN_WAITS, AlertKind.BULLETIN_LATE)
    open_ones = tuple(Incident(kind, "2026-W47", NOW, opened=NOW, tell_at=NOW) for kind in kinds)
    write_ledger(incidents_file(workspace), Ledger(open_ones))
    assert situation(workspace, NOW).incidents == open_ones
    folder = workspace.var / "bulletins/2026-W47"
    folder.mkdir(parents=True)
    folder.joinpath("issue.json").touch()
    assert situation(workspace, NOW).incidents == ()


def test_people_s_decisions_are_told(tmp_path):
    items = [piece(n) for n in range(24)]
    tags = [tag for n in range(24) for tag in governed(n)]
    workspace = morning(tmp_path / "w", *items, tags=tags)
    found = situation(workspace, NOW)
    assert with_people(workspace, found) == found, "nobody has a desk yet"
    with open_desk(workspace.desk) as desk:
        for n in range(20):
            given = () if n < 5 else ("governance",)
            wishes = [
                Wish(f"i{n:02}", Facet.DOMAINS, given, said=("governance",)),
                Wish(f"i{n:02}", Facet.STATE, State.ACCEPTED),
            ]
            desk.decisions.decide(wishes, author="lea", now=NOW)
    told = with_people(workspace, found)
    assert told.judging.quality == {"governance": 0.75}
    assert told.queues.review == 4
    shown = veille("status", at=workspace.root)
    assert "Gouvernance 0,75" in " ".join(shown.stdout.split())
    asked = veille("status", "--json", at=workspace.root)
    assert json.loads(asked.stdout)["judging"]["quality"] == {"governance": 0.75}
