"""Texts as they are set in French and in English."""

from datetime import UTC, datetime, time

import pytest

from veille.digest.typography import spoken_hour, spoken_moment


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        (time(5), "5\u00a0h", "5:00\u202fa.m."),
        (time(5, 30), "5\u00a0h\u00a030", "5:30\u202fa.m."),
        (time(14, 5), "14\u00a0h\u00a005", "2:05\u202fp.m."),
        (time(0, 1), "0\u00a0h\u00a001", "12:01\u202fa.m."),
    ],
)
def test_hours_are_written_as_people_do(at, french, english):
    assert spoken_hour(at, "fr") == french
    assert spoken_hour(at, "en") == english


def test_moments_have_their_day():
    at = datetime(2026, 12, 1, 7, tzinfo=UTC)
    assert spoken_moment(at, "fr") == "1er\u00a0décembre 2026 à 7\u00a0h"
    assert spoken_moment(at, "en") == "December 1, 2026, 7:00\u202fa.m."
