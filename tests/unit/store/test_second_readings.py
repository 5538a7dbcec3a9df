"""Second readings on the desk: one of each item, never changed."""

import sqlite3
from datetime import UTC, datetime

import pytest

from veille.model.reviewable import Labels
from veille.store.desk import open_desk

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SAID, READ = Labels(True, ("governance",), ("QC-06",)), Labels(False)


def test_an_item_is_read_twice_once(tmp_path):
    with open_desk(tmp_path / "desk.sqlite") as desk:
        given = {"first": "lea", "said": SAID, "decision": 7, "now": NOW}
        assert desk.readings.add("a", second="noe", read=READ, **given)
        assert not desk.readings.add("a", second="ada", read=SAID, **given)
        [reading] = desk.readings.all()
        assert (reading.said, reading.read, reading.second) == (SAID, READ, "noe")
        assert (reading.decision, reading.at) == (7, NOW)
        assert desk.readings.of("a") == reading
        assert desk.readings.of("b") is None
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            desk.db.connection.execute("DELETE FROM second_readings")
