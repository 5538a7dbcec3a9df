"""What a run tells people in one line."""

from datetime import UTC, datetime

from veille.errors import FailureKind
from veille.model import FailureReport, RunReport, StepReport
from veille.report import summary

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
        "plus grosse que permis, …), en 0 s."
    ).replace("« ", "«\xa0").replace(" »", "\xa0»").replace(" :", "\xa0:")
