"""What the working store keeps no longer: only what newer rows took the place of, long ago."""

from datetime import UTC, datetime, timedelta

import pytest
from fakes.watched import new_store

from veille.store import open_watch

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=300), NOW - timedelta(days=3)
BEFORE = dict.fromkeys(("versions", "judgements", "polls", "runs"), NOW - timedelta(days=180))


def add(store, table, **row):
    """Add a row of which only what matters is said; the rest is of the column's type."""
    kinds = store.db.rows(
        "SELECT column_name AS name, data_type AS kind, is_nullable AS may_lack"
        " FROM duckdb_columns() WHERE table_name = $table AND database_name = current_database()",
        table=table,
    )
    plain = {"VARCHAR": "x", "JSON": "{}", "TIMESTAMP WITH TIME ZONE": OLD, "BOOLEAN": True}
    made = {
        one["name"]: None
        if one["may_lack"]
        else plain.get(one["kind"], [] if "[]" in one["kind"] else 1)
        for one in kinds
    }  # fmt: skip
    values = made | row
    names = ", ".join(values)
    store.db.run(f"INSERT INTO {table} ({names}) VALUES ({', '.join('$' + n for n in values)})",
                 **values)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with open_watch(new_store(tmp_path / "watch.duckdb"), now=NOW) as opened:
        for version, at in ((1, OLD), (2, OLD), (3, YOUNG)):
            article = {"article_id": f"a{version}", "item_id": "i", "version": version}
            add(opened, "articles", **article, read_at=at, text=f"text {version}")
            add(opened, "entries", entry_id=f"e{version}", item_id="i", source_id="s", seen_at=at)
            judgement = {"judgement_id": f"j{version}", "item_id": "i", "judged_at": at}
            add(opened, "judgements", **judgement, article_id=f"a{version}")
            add(opened, "tags", tag_id=f"t{version}", judgement_id=f"j{version}", item_id="i")
        add(opened, "articles", article_id="b1", item_id="j", version=1, read_at=OLD, text="alone")
        for number in range(25):
            at = OLD + timedelta(hours=number)
            add(opened, "polls", poll_id=f"p{number}", source_id="s", polled_at=at, outcome="ok")
            add(opened, "run_starts", run_id=f"r{number}", pipeline="nightly", started_at=at)
        for number in (1, 2):
            add(opened, "robots_checks", check_id=f"c{number}", origin="o", text_hash=f"h{number}",
                checked_at=OLD + timedelta(days=number))  # fmt: skip
            add(opened, "robots_texts", text_hash=f"h{number}")
        yield opened


def texts(store):
    rows = store.db.rows("SELECT article_id, text FROM articles ORDER BY ALL")
    return {row["article_id"]: row["text"] for row in rows}


def test_only_what_was_superseded_goes(store):
    told = store.tidy(BEFORE)
    assert told == {
        "articles": 2, "entries": 2, "judgements": 2, "tags": 2, "polls": 5, "robots_checks": 1,
        "robots_texts": 1, "run_starts": 14,
    }  # fmt: skip
    assert texts(store) == {"a1": "", "a2": "", "a3": "text 3", "b1": "alone"}
    left = store.db.rows("SELECT judgement_id FROM tags")
    assert left == [{"judgement_id": "j3"}]
    assert store.tidy(BEFORE) == {}


def test_a_rehearsal_changes_nothing(store):
    before = texts(store)
    assert store.tidy(BEFORE, dry_run=True)["articles"] == 2
    assert texts(store) == before


def test_what_somebody_looked_at_to_decide_stays(store):
    add(store, "decisions", decision_id="d", item_id="i", version=2)
    store.tidy(BEFORE)
    assert texts(store)["a2"] == "text 2"


def test_what_has_no_time_of_its_own_stays(store):
    assert store.tidy({"polls": BEFORE["polls"]}).keys() == {
        "polls", "robots_checks", "robots_texts",
    }  # fmt: skip
