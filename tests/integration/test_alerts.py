"""Staff are told what is wrong, over a real mail server: each incident once, whatever happens."""

import json
import signal
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from fakes.clock import FakeClock
from fakes.postoffice import free_port, post_office
from fakes.processes import VEILLE, kill_all, start, wait_until
from fakes.server import FakeServer

from veille.errors import FailureKind, FetchError, StoreError
from veille.health import alerts
from veille.health.report import write_status
from veille.health.situation import situation
from veille.model import Failure, FailureReport, RunReport, StepReport
from veille.model.polls import Health, SourceHealth
from veille.runlock import hold
from veille.schedule.daemon import Ticker
from veille.web.watching import Watching
from veille.workspace import open_workspace

NIGHT = datetime(2026, 11, 17, 7, tzinfo=UTC)  # a Tuesday, two o'clock in Montréal
CONFIG = """
veille: {{schema: 1, name: Veille d’essai}}
deliver: {{host: localhost, port: {port}, security: none, from: veille@exemple.org}}
alerts: {{to: [{to}], disk_gigabytes: 0, {more}}}
"""


class Told:
    """A workspace as its last runs told of it, and what its staff received."""

    def __init__(self, folder, port, office, to="lise@exemple.org", more=""):
        (folder / "pipelines").mkdir()
        (folder / "var").mkdir()
        (folder / "config.yaml").write_text(CONFIG.format(port=port, to=to, more=more))
        (folder / "pipelines" / "nightly.py").write_text("def pipeline(run): ...\n")
        self.workspace, self.office, self.clock = open_workspace(folder), office, FakeClock(NIGHT)
        self.runs, self.health = [], []

    def night(self, status="ok", pipeline="nightly", failures=(), steps=("poll",), only=None):
        """A run that began now and took ten minutes."""
        began = self.clock.now()
        ended = None if status == "running" else began + timedelta(minutes=10)
        taken = tuple(StepReport(name, done=3, seconds=1.5) for name in steps)
        run = RunReport(
            f"run {len(self.runs)}", pipeline, status, began, ended, taken, tuple(failures), only
        )
        self.runs.insert(0, run)
        self.clock.advance(minutes=10)
        self.write()

    def write(self):
        begun = {run.pipeline: run.started_at for run in reversed(self.runs) if run.only is None}
        first = self.runs[-1].started_at if self.runs else None
        write_status(
            self.workspace.status, self.clock.now(), self.runs, self.health, {}, {},
            first_run=first, begun=begun,
        )  # fmt: skip

    def look(self):
        return alerts.look(self.workspace, self.clock)

    def letters(self):
        """What came since the last time: whom to, and the messages."""
        found = [
            (to, message_from_bytes(data, policy=policy.default)) for to, data in self.office.taken
        ]
        self.office.taken.clear()
        return found

    def subjects(self):
        return [plain(letter["Subject"]) for _to, letter in self.letters()]


@pytest.fixture
def office():
    with post_office() as (office, port):
        office.port = port
        yield office


@pytest.fixture
def told(tmp_path, office):
    return Told(tmp_path, office.port, office)


def plain(text):
    return str(text).replace("\xa0", " ")


def body(letter):
    return plain(letter.get_content())


def test_a_failed_run_is_told_once_and_again_only_after_a_good_one(told):
    broken = [FailureReport("read", "StoreError", "read", "Le disque est plein.")]
    told.night("failed", failures=broken)
    told.look()
    [(to, letter)] = told.letters()
    assert to == "lise@exemple.org"
    assert plain(letter["Subject"]) == "[Veille d’essai] L’exécution « nightly » a échoué"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Le disque est plein." in body(letter)
    assert "docs/exploitation.md, run_failed" in body(letter)
    assert "« veille run nightly » la reprend" in " ".join(body(letter).split())
    for _night in range(2):
        told.clock.advance(days=1)
        told.night("failed", failures=broken)
        told.look()
    assert told.letters() == []
    told.night("ok")
    assert not told.look().open
    told.night("failed", failures=broken)
    told.look()
    assert len(told.letters()) == 1
    assert len(told.look().incidents) == 2


def test_what_was_over_before_anybody_looked_is_told_too(told):
    told.night("ok")
    told.look()
    told.night("failed")
    told.night("ok")
    told.look()
    [(_to, letter)] = told.letters()
    assert "C’est réglé depuis le 17 novembre à 2 h 30" in " ".join(body(letter).split())
    told.look()
    assert told.letters() == []


def test_a_run_that_was_killed_is_told_of_as_soon_as_somebody_looks(told):
    told.night("running")
    with hold(told.workspace.lock, "nightly", told.clock.now):
        assert not told.look().open
    told.look()
    told.look()
    assert told.subjects() == ["[Veille d’essai] L’exécution « nightly » s’est interrompue net"]
    assert situation(told.workspace, told.clock.now()).runs[0].status == "died"


def test_a_run_that_did_not_begin_is_told_of_then_over(told):
    told.night("ok")
    told.clock.advance(hours=23, minutes=40)
    told.look()
    assert told.letters() == [], "nothing is late before half an hour"
    told.clock.advance(minutes=45)
    with hold(told.workspace.lock, "weekly", told.clock.now):
        told.look()
    assert told.letters() == [], "another run is at work"
    told.look()
    told.clock.advance(hours=3)
    told.look()
    [(_to, letter)] = told.letters()
    assert "Elle était prévue le 18 novembre à 2 h." in " ".join(body(letter).split())
    told.night("ok")
    assert not told.look().open


def test_a_step_alone_and_a_run_that_somebody_stopped_tell_nothing(told):
    told.night("failed", only="judge")
    told.night("interrupted")
    told.look()
    assert told.letters() == []


def sick(name, health, days, kind=None):
    at = NIGHT - timedelta(days=days)
    return SourceHealth(
        name.lower(), name, True, health, f"https://{name}.example.org/",
        last_new=at, last_success=at, failing_since=at if kind else None,
        failure=Failure(kind, "404") if kind else None,
    )  # fmt: skip


def test_sources_are_told_of_once_a_week_together_with_what_to_do(told):
    told.health = [
        sick("Tiess", Health.FAILING, 5, FailureKind.MISSING),
        sick("Chantier", Health.FAILING, 6, FailureKind.NOT_A_FEED),
        sick("Passagère", Health.FAILING, 1, FailureKind.UNAVAILABLE),
        sick("Muette", Health.SILENT, 90),
        sick("Guérie", Health.SILENT, 60),
        sick("Bonne", Health.OK, 0),
    ]
    told.night()
    told.look()
    del told.health[4]
    told.clock.advance(days=1)
    told.night()
    told.look()
    assert told.letters() == [], "it waits for Monday"
    for _half_a_day in range(28):
        told.clock.advance(hours=12)
        told.night()
        told.look()
    [(_to, letter)] = told.letters()
    assert plain(letter["Subject"]) == "[Veille d’essai] 5 sources en difficulté"
    assert letter["Date"].datetime.astimezone(told.workspace.settings.zone).weekday() == 0
    text = " ".join(body(letter).split())
    assert "Tiess (tiess), depuis le 12 novembre à 2 h : cette page n’existe pas" in text
    assert "https://Tiess.example.org/" in text
    assert text.count("Cherchez la nouvelle adresse") == 1, "one remedy, two sources"
    assert "Rétablies d’elles-mêmes : Guérie." in text
    assert max(map(len, letter.get_content().splitlines())) <= 80, "addresses apart, one screen"


def test_while_the_mail_server_is_down_it_is_kept_then_told_all_at_once(told, office):
    told.workspace = open_at_port(told.workspace, free_port())
    told.night("failed")
    told.look()
    told.night("impossible", pipeline="weekly")
    told.clock.advance(hours=20)
    ledger = told.look()
    [tries] = ledger.tries.values()
    assert tries.attempts == 2
    assert "connexion" in tries.answer
    told.workspace = open_at_port(told.workspace, office.port)
    told.look()
    assert told.letters() == [], "not before its time"
    told.clock.advance(hours=3)
    ledger = told.look()
    [(_to, letter)] = told.letters()
    assert "2 choses ne vont pas" in letter["Subject"]
    assert not ledger.tries


def open_at_port(workspace, port):
    deliver = workspace.settings.deliver.model_copy(update={"port": port})
    return replace(workspace, settings=workspace.settings.model_copy(update={"deliver": deliver}))


def test_each_person_is_told_once_one_refused_address_hinders_nobody(tmp_path, office):
    told = Told(tmp_path, office.port, office, to="gone@exemple.org, lise@exemple.org, grey@e.org")
    told.night("failed")
    told.look()
    assert [to for to, _letter in told.letters()] == ["lise@exemple.org"]
    told.clock.advance(minutes=8)
    told.look()
    assert [to for to, _letter in told.letters()] == ["grey@e.org"]
    told.clock.advance(hours=2)
    told.look()
    assert office.asked["gone@exemple.org"] == 1, "asked again in a day"
    kept = (told.workspace.var / "incidents.json").read_text()
    assert "@" not in kept


def test_what_cannot_be_noted_is_not_told(told, monkeypatch):
    told.night("failed")

    def full(path, _content):
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patched:
        patched.setattr("veille.health.ledger.write", full)
        for _look in range(3):
            with pytest.raises(StoreError, match="le disque est plein"):
                told.look()
    assert told.letters() == []
    told.look()
    assert len(told.letters()) == 1


def test_without_addresses_nobody_is_told_and_status_shows_it(tmp_path, office):
    told = Told(tmp_path, office.port, office, to="")
    told.night("failed")
    told.look()
    assert told.letters() == []
    assert [one.kind for one in situation(told.workspace, told.clock.now()).incidents] == [
        "run_failed"
    ]


def test_what_the_weekly_run_finds_for_people(told):
    kinds = (FailureKind.EMPTY_WEEK, FailureKind.NOT_APPROVED)
    for kind in kinds:
        told.night("partial", "weekly", [FailureReport("compose", kind, "2026-W47", "")],
                   steps=("compose", "send"))  # fmt: skip
        told.look()
    unknown = FailureReport("send", FailureKind.UNKNOWN_FATE, "2026-W47", "1 message")
    told.night("partial", "weekly", [unknown], steps=("compose", "send"))
    told.look()
    assert [one.partition("] ")[2] for one in told.subjects()] == [
        "L’infolettre 2026-W47 est vide",
        "L’infolettre 2026-W47 n’a pas été approuvée à temps",
        "Des messages de 2026-W47 dont personne ne connaît le sort",
    ]
    assert [one.kind for one in told.look().open] == ["messages_unknown"]


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{", b'{"incidents": 7}'])
def test_a_damaged_ledger_is_begun_anew(told, damaged):
    told.night("failed")
    path = told.workspace.var / "incidents.json"
    path.write_bytes(damaged)
    told.look()
    assert len(told.letters()) == 1
    assert json.loads(path.read_bytes())["incidents"]


def server_of(told, server, **more):
    config = told.workspace.config
    given = {"ping_url": f"'{server.url}/ping?id=7'", **more}
    line = ", ".join(f"{key}: {value}" for key, value in given.items())
    config.write_text(CONFIG.format(port=told.office.port, to="lise@exemple.org", more=line))
    told.workspace = open_workspace(told.workspace.root)


def test_after_a_good_night_and_no_other_run_an_address_outside_is_called(told):
    with FakeServer() as server:
        server_of(told, server)
        server.serve("/ping?id=7", b"OK")
        for status, pipeline in (("ok", "nightly"), ("failed", "nightly"), ("ok", "weekly")):
            told.night(status, pipeline)
            alerts.after_run(told.workspace, told.runs[:1], told.clock)
        told.night("ok", only="judge")
        alerts.after_run(told.workspace, told.runs[:1], told.clock)
        assert [seen.path for seen in server.log] == ["/ping?id=7"], "and no robots.txt"


def test_a_call_outside_goes_nowhere_else_and_ends_no_run(told, caplog):
    with FakeServer() as server:
        server_of(told, server)
        server.serve("/ping?id=7", headers={"Location": f"{server.url}/away"}, status=302)
        told.night()
        with pytest.raises(FetchError):
            alerts.call_out(told.workspace, told.clock, told.runs[0])
        alerts.after_run(told.workspace, told.runs[:1], told.clock)
        assert set(server.paths) == {"/ping?id=7"}
    assert "302" in caplog.text


def test_the_clock_tells_what_it_finds_before_it_mends_it(told):
    told.night("ok")
    told.look()
    ran = []

    def launch(pipeline):
        ran.append(pipeline)
        told.night("ok")
        return 0

    told.clock.advance(days=2)  # the machine was off
    ticker = Ticker(told.workspace, told.clock, launch, lambda _said: None)
    ticker.tick()
    assert (ran, told.subjects()) == (
        ["nightly"],
        ["[Veille d’essai] L’exécution « nightly » n’a pas commencé"],
    )
    ticker.tick()
    assert not situation(told.workspace, told.clock.now()).incidents
    assert told.letters() == []


def test_the_pages_look_at_their_start_and_end_at_once(told):
    told.night("ok")
    told.clock.advance(days=2)
    watching = Watching(told.workspace, told.clock, every=3600)
    watching.start()
    assert wait_until(lambda: told.office.taken, seconds=10)
    watching.stop()
    assert told.subjects() == ["[Veille d’essai] L’exécution « nightly » n’a pas commencé"]


def test_the_clock_ends_within_ten_seconds_whatever_a_mail_server_does(told):
    told.night("ok")
    mute = socket.create_server(("127.0.0.1", 0))  # takes calls, and says nothing
    port = mute.getsockname()[1]
    told.workspace.config.write_text(CONFIG.format(port=port, to="lise@exemple.org", more=""))
    (told.workspace.root / "sources.yaml").write_text("sources: []\n")
    told.night("failed")
    status = told.workspace.status
    status.write_text(status.read_text().replace("2026-11-17", f"{datetime.now(UTC):%Y-%m-%d}"))
    with mute:
        process = start([VEILLE, "schedule"], told.workspace.root)
        try:
            mute.settimeout(30)
            with mute.accept()[0]:
                asked = time.monotonic()
                process.send_signal(signal.SIGTERM)
                assert process.wait(20) == 0
                assert time.monotonic() - asked < 10
        finally:
            kill_all(process)
            process.communicate()


def test_a_run_leaves_its_figures_where_it_is_told_to(told, tmp_path, caplog):
    (tmp_path / "textfile").mkdir()
    with FakeServer() as server:
        server_of(told, server, metrics=f"'{tmp_path}/textfile/veille.prom'")
        told.night("failed")
        alerts.after_run(told.workspace, told.runs[:1], told.clock)
        text = (tmp_path / "textfile" / "veille.prom").read_text()
        assert 'veille_run_success{pipeline="nightly"} 0.0' in text
        assert 'veille_incidents_open{kind="run_failed"} 1.0' in text
        server_of(told, server, metrics="nowhere/veille.prom")
        alerts.after_run(told.workspace, told.runs[:1], told.clock)
        assert "nowhere" in caplog.text
