"""Which backups stay, whatever their moments."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from veille.keeping.turns import YOUNG, to_keep
from veille.settings.backups import BackupSettings

ZONE = ZoneInfo("America/Toronto")
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def test_a_year_of_nights():
    made = {n: NOW - timedelta(days=n) for n in range(365)}
    kept = sorted(to_keep(made, BackupSettings(), ZONE))
    assert kept[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert [made[n].astimezone(ZONE).date().isoformat() for n in kept[7:]] == [
        "2026-11-15", "2026-11-08", "2026-11-01", "2026-10-31", "2026-10-25", "2026-09-30",
        "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31", "2026-04-30", "2026-03-31",
        "2026-02-28", "2026-01-31", "2025-12-31",
    ]  # fmt: skip


_FIRST, _LAST = NOW.replace(tzinfo=None, year=2025), NOW.replace(tzinfo=None, year=2027)
moments = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))
counts = st.integers(0, 9)


@given(st.lists(moments, min_size=1), counts, counts, counts)
def test_the_newest_and_those_as_young_stay_and_no_other_beyond_the_counts(at, days, weeks, months):
    made = dict(enumerate(at))
    kept = to_keep(made, BackupSettings(daily=days, weekly=weeks, monthly=months), ZONE)
    young = {n for n, moment in made.items() if moment >= max(at) - YOUNG}
    assert young <= kept
    assert len(kept - young) <= days + weeks + months
    assert to_keep({n: made[n] for n in kept}, BackupSettings(daily=days, weekly=weeks,
                   monthly=months), ZONE) == kept  # fmt: skip
