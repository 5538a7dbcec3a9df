"""A month in one process: the clock's own daemon, the sample web growing every night, a person who
reviews and approves, and what goes wrong in a month. At its end each article is there once, each
bulletin came once, and each incident was told once.

Kills are shown apart (test_kills.py, and test_kill_matrix.py): they need processes of their own.
"""

import re
import shutil
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import cache, partial
from socket import create_connection

import duckdb
import pytest
from fakes.clock import FakeClock
from fakes.disks import full_disk
from fakes.night import resolve
from fakes.postoffice import post_office
from fakes.readers import subscribed
from fakes.workspaces import new_workspace

from veille.bulletins import Bulletins, approve
from veille.classify.opening import open_judge
from veille.errors import UsageError, VeilleError
from veille.health import alerts
from veille.health.incidents import WEEKLY, AlertKind
from veille.keeping.sealing import new_key
from veille.model.decisions import Facet, State, Wish
from veille.online import open_fetcher
from veille.pipeline import Options
from veille.runlock import hold
from veille.runner import run_pipeline
from veille.sampleweb import SampleServer
from veille.schedule.daemon import Ticker
from veille.store.catalogue import TEAM, Catalogue
from veille.store.desk import open_desk
from veille.subscriptions import open_readers
from veille.workspace import open_workspace

FIRST = datetime(2026, 10, 19, tzinfo=UTC)
"""Eight in the evening of a Sunday in Montréal; summer time ends there two weeks later."""

READERS = ("lise@example.org", "noe@example.org", "ada@example.org")
STAFF = "equipe@example.org"
FETCH = "fetch:\n  contact: https://veille.example.org/\n"
SETTINGS = """
  host: 127.0.0.1
  port: {port}
  security: none
  from: Veille <bulletin@pole-essai.example.org>
  public_url: https://veille.example.org
workers: 1
schedule: {{keep: {{days: [wednesday]}}}}
alerts: {{to: [{staff}], disk_gigabytes: 0}}
backup: {{folder: {backups}, key_file: {backups}.key}}
"""


class Month:
    """A workspace whose clock is ours: `live` lets time pass, hour after hour."""

    def __init__(self, folder, port, models, last, share):
        """The sample web as live sources: a workspace that says it is the sample's sends none.

        Of its sources one in so many is at work.
        """
        (folder / "backups.key").write_text(new_key())
        workspace = new_workspace(folder / "w", sample=True, now=last, share=share)
        config = workspace.root / "config.yaml"
        text = re.sub(r"\n  sample: .*|\nfetch:", "", config.read_text("utf-8"))
        told = SETTINGS.format(port=port, staff=STAFF, backups=folder / "backups")
        config.write_text(text.replace("  host_delay: 1.0", f"{FETCH}  host_delay: 0") + told)
        shutil.copytree(models, workspace.var / "models")
        self.workspace = open_workspace(workspace.root)
        self.clock = FakeClock(FIRST)
        self.reports, self.refused = [], []
        with open_readers(self.workspace) as readers:
            for address in READERS:
                subscribed(readers, address, now=self.clock.now())
        self.ticker = Ticker(self.workspace, self.clock, self.launch, lambda said: None)

    def launch(self, pipeline, **options):
        try:
            report = run_pipeline(
                self.workspace, pipeline, Options(**options), clock=self.clock, opener=self.opener
            )
        except VeilleError as error:
            self.refused.append((pipeline, error))
            return error.exit_code
        self.reports.append(report)
        return 0 if report.status in {"ok", "partial"} else 1

    def opener(self, *given):
        connect = partial(_to_loopback, self.web.port)
        return open_fetcher(*given, resolve=resolve, connect=connect)

    def live(self, *, hours):
        """Let hours pass: what is due runs, people come to work at nine and at three."""
        for _hour in range(hours):
            self.clock.advance(hours=1)
            while self.ticker.tick() is not None:
                pass
            here = self.clock.now().astimezone(self.workspace.settings.zone)
            if here.hour == 9:
                self.review()
            if here.hour == 15 and here.strftime("%A") == "Tuesday":
                self.approve()

    def review(self):
        """Decide on the three newest items, and keep one for the bulletin."""
        if not (self.workspace.catalogue / "team").exists():
            return
        with Catalogue(self.workspace.catalogue, TEAM) as catalogue:
            rows = catalogue.rows(
                "SELECT item_id, relevant FROM items ORDER BY published_on DESC, item_id LIMIT 3"
            )
        with open_desk(self.workspace.desk) as desk:
            for place, row in enumerate(rows):
                wishes = [Wish(row["item_id"], Facet.RELEVANT, True, row["relevant"])]
                if place == 0:
                    wishes.append(Wish(row["item_id"], Facet.STATE, State.KEPT))
                desk.decisions.decide(wishes, author="lise", now=self.clock.now())

    def approve(self):
        bulletins = Bulletins.of(self.workspace.root, self.workspace.settings, ())
        now = self.clock.now()
        week = f"{now.isocalendar().year}-W{now.isocalendar().week:02}"
        if (bulletins.folder / week / "draft.yaml").is_file():
            with suppress(UsageError):  # an empty week: the web has just begun
                approve(bulletins, week, "Lise", now)

    def rows(self, sql):
        with duckdb.connect(str(self.workspace.watch), read_only=True) as store:
            return store.execute(sql).fetchall()


def _to_loopback(port, _address, _port, timeout):
    return create_connection(("127.0.0.1", port), timeout)


def lived(folder, office, fitted, days, share):
    """A month, or a part of one, from eight in the evening to eight in the evening, with all that
    goes wrong in it: on which day, what."""
    last = FIRST + timedelta(days=days)
    month = Month(folder, office.port, fitted, last, share)
    with SampleServer(last.date(), month.clock.now) as month.web:
        return _lived(month, days)


def _lived(month, days):
    troubles = {days // 4: "down", days // 2: "full", 3 * days // 4: "held"}
    for day in range(days):
        match troubles.get(day):
            case "down":
                month.clock.advance(hours=12)
            case "full":
                with full_disk():
                    month.live(hours=12)
            case "held":  # by somebody's own run, hung
                with hold(month.workspace.lock, "nightly", month.clock.now):
                    month.live(hours=12)
            case _:
                month.live(hours=12)
        month.live(hours=12)
    return month


def sent_to(office):
    """How often each address received which subject."""
    letters = [(to, message_from_bytes(data, policy=policy.default)) for to, data in office.taken]
    return Counter((to, str(letter["Subject"]).replace("\xa0", " ")) for to, letter in letters)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((4, 8), id="days"),
        pytest.param((31, 1), id="month", marks=pytest.mark.slow),
    ],
)
def month(request, tmp_path_factory, fitted):
    """Days of a part of the web, and with the slow tests a month of all of it."""
    days, share = request.param
    with post_office() as (office, port):
        office.port = port
        with pytest.MonkeyPatch.context() as patch:
            once = cache(open_judge)  # it is read once a month
            patch.setattr("veille.classify.opening.open_judge", once)
            month = lived(tmp_path_factory.mktemp("month"), office, fitted, days, share)
        month.share = share
        month.letters = sent_to(office)
        yield month


def test_every_article_is_there_once(month, tmp_path, fitted):
    assert (
        month.rows("SELECT item_id FROM articles GROUP BY item_id, version HAVING count(*) > 1")
        == []
    )
    assert month.rows("SELECT entry_id FROM entries GROUP BY entry_id HAVING count(*) > 1") == []
    at_once = Month(tmp_path, 9, fitted, month.clock.now(), month.share)
    at_once.clock.advance(seconds=(month.clock.now() - FIRST).total_seconds())
    for one in (month, at_once):
        with SampleServer(month.clock.now().date(), one.clock.now) as one.web:
            one.launch("nightly", force=True)  # those too that are not asked every night
    known = "SELECT item_id FROM article_current"
    assert set(at_once.rows(known)) <= set(month.rows(known))


def test_every_bulletin_came_once(month):
    issues = list((month.workspace.var / "bulletins").glob("*-W*/issue.json"))
    assert issues
    letters = {one: times for one, times in month.letters.items() if one[0] in READERS}
    assert set(letters.values()) == {1}
    assert len(letters) == len(issues) * len(READERS)


def test_every_incident_was_told_once(month):
    ledger = alerts.look(month.workspace, month.clock)
    told = Counter((one.kind, one.subject, one.opened) for one in ledger.incidents)
    assert set(told.values()) == {1}
    urgent = [one for one in ledger.incidents if one.kind not in WEEKLY]
    assert all(len(one.told) == 1 for one in urgent)
    missing = {one.subject for one in ledger.incidents if one.kind is AlertKind.RUN_MISSING}
    assert "nightly" in missing
    letters = [one for one in month.letters.elements() if one[0] == STAFF]
    assert 0 < len(letters) <= len(ledger.incidents)


def test_what_stood_in_the_way_was_refused_with_a_sentence_and_made_up_for(month):
    assert month.refused
    assert all(str(error) for _pipeline, error in month.refused)
    nights = [one for one in month.reports if one.pipeline == "nightly"]
    assert nights[-1].status in {"ok", "partial"}
    with open_desk(month.workspace.desk) as desk:
        decided = [one for one in desk.decisions.since() if one.at < nights[-1].started_at]
    assert month.rows("SELECT count(*) FROM decisions") == [(len(decided),)]
