"""What `veille status` shows fits a screen of 80 columns, whatever happens; and its figures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console

from veille.cli.screen import screen
from veille.disk import sizes
from veille.errors import FailureKind
from veille.health.incidents import AlertKind, Incident
from veille.health.metrics import exposition
from veille.health.situation import Backups, Disk, Judging, Queues, Situation, Weekly
from veille.model import Failure, FailureReport, RunReport, StepReport
from veille.model.polls import Health, SourceHealth
from veille.runlock import Holder
from veille.timetable import Moment

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")


def source(n, health, kind=None):
    return SourceHealth(
        f"organisation-au-nom-tres-long-numero-{n}", f"Organisation {n} : « très longue »", True,
        health, f"https://s{n}.example.org/", AT, AT, AT - timedelta(days=90),
        AT - timedelta(days=5) if kind else None, Failure(kind, "503") if kind else None,
    )  # fmt: skip


def a_run(n, status="partial", pipeline="nightly"):
    steps = tuple(
        StepReport(name, 500, 132, 12, 3, cpu_seconds=20.5, seconds=61.25)
        for name in ("poll", "read", "group", "judge", "publish")
    )
    failures = tuple(FailureReport("poll", FailureKind.DENIED, "s", "refusé") for _ in range(12))
    began = AT - timedelta(days=n)
    return RunReport(
        f"r{n}", pipeline, status, began, began + timedelta(hours=1, minutes=2), steps, failures,
        memory_mb=512.5, stores={"watch": 400_000_000},
    )  # fmt: skip


SITUATION = Situation(
    at=AT,
    written_at=AT,
    runs=tuple(a_run(n) for n in range(10)),
    coming=(Moment(AT, "nightly"), Moment(AT, "weekly"), Moment(AT, "train")),
    missing=(Moment(AT, "weekly"),),
    at_work=Holder(7, "serveur", "nightly", AT.isoformat()),
    sources=(
        *(source(n, Health.FAILING, FailureKind.UNAVAILABLE) for n in range(30)),
        *(source(n, Health.SILENT) for n in range(30, 60)),
        *(source(n, Health.OK) for n in range(60, 500)),
    ),
    counts={"items": 512_345, "articles": 498_112, "waiting": 1_234, "stories": 45_678},
    tags={"domain": {"governance": 30_112}, "region": {f"QC-{n:02}": 900 - n for n in range(17)}},
    queues=Queues(1_234, 56, 78),
    disk=Disk(4_200_000_000, 80_000_000_000,
              {f"store{n}": 900_000_000 for n in range(9)}, {"store0": 5_000_000}, AT),
    judging=Judging("domains-0123456789ab", {"relevance_f1": 0.845, "domains_macro_f1": 0.602},
                    {"governance": 0.91}),
    weekly=Weekly("2026-W47", "draft", AT, 9),
    incidents=tuple(
        Incident(kind, "nightly", AT, cause="9", detail=AT.isoformat(), opened=AT, tell_at=AT)
        for kind in AlertKind
    ),
    backups=Backups(AT, "/mnt/backups"),
)  # fmt: skip

BARE = Situation(AT, None, (), (), (), None, (), {}, {}, Queues(), Disk(10**10, 10**11, {}),
                 Judging(), None, ())  # fmt: skip


def shown(found, alerts=()):
    console = Console(width=80, soft_wrap=True)
    with console.capture() as captured:
        console.print(screen(found, ZONE, {}, alerts))
    return captured.get()


@pytest.mark.parametrize("found", [SITUATION, BARE])
def test_it_fits_one_screen(found):
    lines = shown(found, ["Personne n’est averti."]).splitlines()
    assert max(map(len, map(str.rstrip, lines))) <= 80
    assert len(lines) <= 52


def test_it_says_what_matters():
    told = shown(SITUATION).replace("\xa0", " ")
    for words in (
        "1 h 02", "512 Mo", "« weekly » aurait dû commencer", "et 7 autres choses",
        "30 en difficulté, 30 muettes", "et 55 autres", "1234 pages à lire, 56 articles à juger",
        "À l’équipe : 78 articles à trier", "brouillon à approuver, avec 9 articles; prévue le",
        "4,2 Go libres sur 80", "store0 900,0 Mo (+5,0)",
        "domains-0123456789ab", "pertinence 0,8", "selon les décisions des personnes",
        "Dernière sauvegarde : 22 nov.",
    ):  # fmt: skip
        assert words in " ".join(told.split()), words
    assert "Aucune exécution" in shown(BARE)


@pytest.mark.parametrize("found", [SITUATION, BARE, replace(SITUATION, runs=(a_run(1, "died"),))])
def test_figures_are_read_back_by_prometheus_s_own_parser(found):
    text = exposition(found)
    families = {one.name: one for one in text_string_to_metric_families(text)}
    assert all(name.startswith("veille_") for name in families)
    assert "example.org" not in text, "no address, of sources or people"
    samples = [
        (one.name, tuple(one.labels.items())) for f in families.values() for one in f.samples
    ]
    assert len(samples) == len(set(samples))


def test_figures_say_the_truth():
    found = {
        (one.name, *sorted(one.labels.values())): one.value
        for family in text_string_to_metric_families(exposition(SITUATION))
        for one in family.samples
    }
    assert found["veille_run_success", "nightly"] == 1
    assert found["veille_run_duration_seconds", "nightly"] == 3720
    assert found["veille_run_peak_memory_bytes", "nightly"] == 512.5 * 2**20
    assert found["veille_run_step_items", "new", "nightly", "poll"] == 132
    assert found["veille_run_failures", "denied", "nightly"] == 12
    assert found["veille_sources", "failing"] == 30
    assert found["veille_queue_items", "review"] == 78
    assert found["veille_runs_missing",] == 1


def test_when_a_pipeline_last_went_well_is_told_however_long_ago():
    runs = tuple(a_run(n, "failed") for n in range(10))
    found = replace(SITUATION, runs=runs, good={"nightly": AT - timedelta(days=30)})
    told = next(one for one in text_string_to_metric_families(exposition(found))
                if one.name == "veille_run_last_success_timestamp_seconds")  # fmt: skip
    assert [(one.labels["pipeline"], one.value) for one in told.samples] == [
        ("nightly", (AT - timedelta(days=30)).timestamp())
    ]


def test_a_store_counts_with_its_log_and_a_file_of_two_names_once(tmp_path):
    (tmp_path / "watch.duckdb").write_bytes(b"x" * 10_000)
    (tmp_path / "watch.duckdb.wal").write_bytes(b"x" * 5_000)
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "a").write_bytes(b"x" * 8_192)
    (tmp_path / "catalogue" / "b").hardlink_to(tmp_path / "catalogue" / "a")
    (tmp_path / "catalogue" / "gone").symlink_to(tmp_path / "nowhere")
    found = sizes(tmp_path)
    assert 15_000 <= found["watch"] <= 25_000
    assert 8_192 <= found["catalogue"] <= 12_288
    assert sizes(tmp_path / "absent") == {}
