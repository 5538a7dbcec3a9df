"""The team's effort counts items, once a week each, by the workspace's own days."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from veille.dashboard.effort import effort
from veille.model.decisions import Decision, Facet

MONDAYS = [date(2026, 11, 9), date(2026, 11, 16)]


def decision(item_id, at, value=True, **more):
    return Decision(1, "act", item_id, Facet.RELEVANT, value, "lea", at, **more)


def test_items_count_once_a_week_and_undoings_never():
    sunday_evening = datetime(2026, 11, 16, 3, tzinfo=UTC)  # 22 h the day before in Montréal
    monday = datetime(2026, 11, 16, 15, tzinfo=UTC)
    told = effort(
        [
            decision("a", sunday_evening, said=True),
            decision("a", monday, said=False),
            decision("a", monday, said=False),
            decision("b", monday, said=True),
            decision("c", monday, value=None, undoes="act"),
            decision("d", datetime(2026, 10, 1, tzinfo=UTC)),
        ],
        MONDAYS,
        ZoneInfo("America/Toronto"),
    )
    assert told.decided == (1, 2)
    assert told.corrected == (0, 1)
