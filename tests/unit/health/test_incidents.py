"""An incident is opened once, told once to each person, closed; what returns is another one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from veille.health.incidents import AlertKind, Ledger, Tries, Trouble, not_told, to_tell, told
from veille.health.incidents.settling import settle
from veille.model import RunReport
from veille.settings.alerts import AlertSettings

START = datetime(2026, 11, 1, 7, tzinfo=UTC)
ZONE = ZoneInfo("America/Toronto")
SETTINGS = AlertSettings()
PEOPLE = ("lise", "karim")
DISK = Trouble(AlertKind.DISK_LOW, "var", START, detail="0.4")
SILENT = Trouble(AlertKind.SOURCE_SILENT, "tiess", START, "TIESS")


def run(number, status):
    began = START + timedelta(days=number)
    ended = None if status == "died" else began + timedelta(minutes=5)
    return RunReport(f"run {number}", "nightly", status, began, ended)


@given(
    nights=st.lists(
        st.tuples(
            st.sampled_from(["ok", "partial", "failed", "impossible", "died", "interrupted"]),
            st.booleans(),  # the disk is nearly full
            st.booleans(),  # somebody looks
            st.sets(st.sampled_from(PEOPLE)),  # who can be reached
        ),
        max_size=12,
    )
)
@example(
    [("died", False, False, set()), ("ok", False, False, set()), ("died", False, True, {"lise"})]
)
def test_whatever_happens_each_incident_is_told_once_to_each_person(nights):
    ledger, runs, heard = settle(Ledger(), [], [], START, SETTINGS, ZONE), [], []
    ledger = replace(ledger, seen=("before",))
    for number, (status, full, looked, reached) in enumerate(nights, 1):
        now = START + timedelta(days=number, hours=1)
        runs = [run(number, status), *runs][:10]
        if not looked:
            continue
        ledger = settle(ledger, [DISK] if full else [], runs, now, SETTINGS, ZONE)
        again = settle(ledger, [DISK] if full else [], runs, now, SETTINGS, ZONE)
        assert again == ledger, "a second look sees nothing new"
        for who in PEOPLE:
            news = to_tell(ledger, who, now)
            if who in reached:
                ledger = told(ledger, who, news, now)
                heard += [(who, one.key, one.opened) for one in news]
            elif news:
                ledger = not_told(ledger, who, news, Tries(1, now, now))
    assert len(heard) == len(set(heard))
    keys = [one.key for one in ledger.open]
    assert len(keys) == len(set(keys))
    for one in ledger.open:
        if one.kind is not AlertKind.DISK_LOW:
            bad = [run for run in runs if run.status in {"failed", "impossible", "died"}]
            assert bad, "what a good run closed is open no more"


def test_at_the_first_look_of_all_only_the_last_account_counts():
    runs = [run(3, "ok"), run(2, "failed"), run(1, "died")]
    now = START + timedelta(days=4)
    ledger = settle(Ledger(), [], runs, now, SETTINGS, ZONE)
    assert ledger.incidents == ()
    ledger = settle(ledger, [], [run(4, "failed"), *runs], now, SETTINGS, ZONE)
    assert [one.kind for one in ledger.incidents] == [AlertKind.RUN_FAILED]


def test_sources_wait_for_the_day_of_the_weekly_message():
    sunday_noon = datetime(2026, 11, 8, 17, tzinfo=UTC)
    ledger = settle(Ledger(), [DISK, SILENT], [], sunday_noon, SETTINGS, ZONE)
    assert [one.kind for one in to_tell(ledger, "lise", sunday_noon)] == [AlertKind.DISK_LOW]
    monday = datetime(2026, 11, 9, 7, 30, tzinfo=ZONE)
    assert len(to_tell(ledger, "lise", monday)) == 2
    assert len(to_tell(ledger, "lise", monday - timedelta(minutes=1))) == 1


def test_what_mended_before_anybody_could_be_told_is_told_for_a_week():
    ledger = settle(Ledger(), [DISK], [], START, SETTINGS, ZONE)
    over = START + timedelta(days=1)
    ledger = settle(ledger, [], [], over, SETTINGS, ZONE)
    [one] = to_tell(ledger, "lise", over)
    assert one.closed == over
    assert to_tell(ledger, "lise", over + timedelta(days=8)) == []
    ledger = told(ledger, "lise", [one], over)
    assert to_tell(ledger, "karim", over) == [], "over, and somebody knows"


def test_a_bulletin_that_was_approved_meanwhile_is_no_news():
    waits = Trouble(AlertKind.BULLETIN_WAITS, "2026-W45", START, cause="7")
    ledger = settle(Ledger(), [waits], [], START, SETTINGS, ZONE)
    ledger = settle(ledger, [], [], START + timedelta(hours=1), SETTINGS, ZONE)
    assert to_tell(ledger, "lise", START + timedelta(hours=1)) == []


def test_a_wrong_clock_s_run_is_not_believed():
    far = replace(run(1, "failed"), started_at=START + timedelta(days=900))
    assert settle(Ledger(), [], [far], START, SETTINGS, ZONE).incidents == ()


def test_what_a_wrong_clock_dated_ahead_is_told_all_the_same():
    far = START + timedelta(days=900)
    ledger = settle(Ledger(), [DISK, SILENT], [], far, SETTINGS, ZONE)
    ledger = told(ledger, "karim", to_tell(ledger, "karim", far), far)
    ledger = settle(ledger, [DISK, SILENT], [], START, SETTINGS, ZONE)
    in_a_week = START + timedelta(days=7)
    assert [one.kind for one in to_tell(ledger, "lise", START)] == [AlertKind.DISK_LOW]
    assert len(to_tell(ledger, "lise", in_a_week)) == 2
    assert [one.kind for one in to_tell(ledger, "karim", in_a_week)] == [AlertKind.SOURCE_SILENT]
    over = settle(settle(Ledger(), [DISK], [], START, SETTINGS, ZONE), [], [], far, SETTINGS, ZONE)
    over = settle(over, [], [], START, SETTINGS, ZONE)
    assert to_tell(over, "lise", in_a_week + timedelta(days=1)) == [], "news for a week, no longer"
