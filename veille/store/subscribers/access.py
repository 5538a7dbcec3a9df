"""All that is held of one person: every table that names them, whoever added it."""

from veille.store.sqlite import Row, SqliteDatabase


def everything(db: SqliteDatabase, subscriber_id: str) -> dict[str, list[Row]]:
    """Return all rows that name a person, by table."""
    return {
        table: db.rows(f"SELECT * FROM {table} WHERE subscriber_id = $id", id=subscriber_id)
        for table in tables_of_people(db)
    }


def tables_of_people(db: SqliteDatabase) -> list[str]:
    """Return the names of the tables that hold something of people, in alphabetical order."""
    found = db.rows(
        """SELECT tables.name
        FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND columns.name = 'subscriber_id' AND tables.name <> 'erasing'
        ORDER BY tables.name"""
    )
    return [row["name"] for row in found]
