"""Where things stand in the dashboard's drawings."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from veille.dashboard.charts import LEVELS, columns, map_size, months, round_up, tiles
from veille.dashboard.figures import QUEBEC

counts = st.lists(st.integers(0, 10**6), max_size=60)


def test_each_region_has_one_tile_within_the_map_and_none_covers_another():
    drawn = tiles({"QC-06": 40, "QC-10": 1, "FR": 900})
    assert sorted(tile.region for tile in drawn) == list(QUEBEC)
    assert len({(tile.x, tile.y) for tile in drawn}) == len(QUEBEC)
    width, height = map_size()
    assert all(tile.x < width and tile.y < height for tile in drawn)
    level = {tile.region: tile.level for tile in drawn}
    assert (level["QC-06"], level["QC-10"], level["QC-01"]) == (LEVELS, 1, 0)


@given(counts)
def test_columns_stay_within_their_chart(values):
    chart = columns(values, most=max(values, default=0))
    assert len(chart.columns) == len(values)
    for column in chart.columns:
        assert column.x >= 0
        assert column.x + column.width <= chart.width + 0.01
        assert abs(column.y + column.height - chart.height) < 0.02
    assert all(0 <= y <= chart.height for y, _value in chart.ticks)


@given(st.integers(0, 10**9))
def test_scales_end_with_a_round_number_not_far_above(value):
    top = round_up(value)
    assert max(2, value) <= top <= max(2, 2.5 * value)
    assert top % 2 == 0


@given(st.integers(1, 260))
def test_months_are_named_where_they_begin_and_not_too_close(weeks):
    last = date(2026, 11, 16)
    mondays = [last - timedelta(weeks=ago) for ago in reversed(range(weeks))]
    named = months(mondays)
    assert all(monday.day <= 7 for _x, monday in named)
    assert all(b[0] - a[0] >= 38 for a, b in pairwise(named))
