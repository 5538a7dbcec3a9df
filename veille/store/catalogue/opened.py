"""A published catalogue held open, for questions in SQL: without what searching takes to load."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from veille.errors import StoreError
from veille.i18n import _
from veille.store.catalogue.lists import bound
from veille.store.catalogue.snapshots import EDITIONS, newest


class Snapshot:
    """The newest snapshot that the caller may read; use it in a `with`.

    Raises StoreError when there is none, or it cannot be read.
    """

    def __init__(self, root: Path, edition: str | None = None) -> None:
        self.path = newest(root, edition)
        self._told: dict[tuple[str, str], list[dict[str, Any]]] = {}
        with explained(self.path):
            self._connection = duckdb.connect(
                str(self.path),
                read_only=True,
                config={
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "enable_external_access": False,
                    "memory_limit": "500MB",
                    "threads": 2,
                },
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return a query's rows; `$name` stands for a value. The SQL is ours, never a visitor's.

        Lists stand in it as `lists.strings` says.
        """
        with explained(self.path):
            result = self._connection.cursor().execute(sql, bound(values) or None)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def told(self, sql: str, **values: str) -> list[dict[str, Any]]:
        """Return a query's rows as `rows` does, asked once, for no snapshot ever changes.

        For what many pages ask and few values vary: what things are called, when it was published.
        The rows are everybody's: not to be changed.
        """
        key = sql, repr(sorted(values.items()))
        if key not in self._told:
            self._told[key] = self.rows(sql, **values)
        return self._told[key]


def published_digest(root: Path) -> str | None:
    """Return what both editions published now were made from; None when they cannot tell."""
    told: set[str] = set()
    for edition in EDITIONS:
        try:
            with Snapshot(root, edition) as catalogue:
                told.add(str(catalogue.rows("SELECT digest FROM snapshot")[0]["digest"]))
        except StoreError:
            return None
    return told.pop() if len(told) == 1 else None


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say of DuckDB's errors which catalogue cannot be read, as a StoreError."""
    try:
        yield
    except duckdb.Error as error:
        raise StoreError(
            _("The catalogue {path} could not be read: {error}").format(
                path=path, error=str(error).splitlines()[0]
            ),
            _("« veille publish » makes it anew."),
        ) from error
