"""What a run tells people in one line."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from veille.errors import FailureKind, StoreError
from veille.health.report import causes, read_status, summary, write_status
from veille.keeping.told import last_backup
from veille.model import FailureReport, RunReport, StepReport

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_failures_are_named_by_their_three_most_frequent_kinds():
    kinds = [*["denied"] * 4, *["no_text"] * 2, *["too_large"] * 2, "missing"]
    report = RunReport(
        run_id="r",
        pipeline="nightly",
        status="partial",
        started_at=NOW,
        finished_at=NOW,
        steps=(StepReport("read", 20, 11, 9, 0, 1.0),),
        failures=tuple(FailureReport("read", FailureKind(kind), "u", "") for kind in kinds),
    )
    assert summary(report) == (
        "Exécution « nightly » terminée, avec des échecs : 11 articles, 9 échecs (4 × le serveur "
        "refuse de donner cette page, 2 × aucun texte d’article sur cette page, 2 × la réponse est "
        "plus grosse que permis, …), en 0\u00a0s."
    ).replace("« ", "«\xa0").replace(" »", "\xa0»").replace(" :", "\xa0:")


def test_why_a_step_failed_is_told_beside_the_line_not_among_the_kinds():
    report = RunReport(
        run_id="r",
        pipeline="nightly",
        status="failed",
        started_at=NOW,
        finished_at=NOW,
        steps=(StepReport("read", 0, 0, 0, 0, 1.0),),
        failures=(
            FailureReport("poll", FailureKind.DENIED, "a", "refusé"),
            FailureReport("read", "StoreError", "read", "Le disque est plein."),
        ),
    )
    assert "1 échec (1 × le serveur refuse de donner cette page)" in summary(report)
    assert causes([asdict(failure) for failure in report.failures]) == ["Le disque est plein."]


@pytest.mark.parametrize("text", ["[]", "7", '{"runs": 1}', '{"runs": [', "", '{"counts": {}}'])
def test_a_status_file_of_another_shape_is_told_damaged(tmp_path, text):
    path = tmp_path / "status.json"
    path.write_text(text)
    with pytest.raises(StoreError, match="abîmé"):
        read_status(path)


@pytest.mark.parametrize(
    "part",
    [
        {"runs": [1]},
        {"written_at": "hier"},
        {"begun": {"nightly": "2026-11-22T00:00:00"}},  # of no zone
        {"tags": []},
        {"counts": {"waiting": "beaucoup"}},
    ],
)
def test_a_status_file_with_one_part_of_another_shape_too(tmp_path, part):
    path = tmp_path / "status.json"
    path.write_text(json.dumps({"runs": [], "counts": {}, "sources": [], **part}))
    with pytest.raises(StoreError, match="abîmé"):
        read_status(path)


@pytest.mark.parametrize("told", [{"at": 3.5}, {"failed_at": "hier"}, {"at": "2026-11-22T00:00"}])
def test_what_somebody_made_of_the_file_of_backups_counts_as_nothing_known(tmp_path, told):
    (tmp_path / "backup.json").write_text(json.dumps(told))
    assert last_backup(tmp_path) == {}


def test_a_status_file_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "status.json").mkdir()
    with pytest.raises(StoreError, match="c’est un dossier"):
        write_status(tmp_path / "status.json", NOW, [], [], {}, {}, first_run=None, begun={})
