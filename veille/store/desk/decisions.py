"""Decisions: added, undone, read; who comes second to an item is told, and overwrites nothing."""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from veille.i18n import _
from veille.model.decisions import (
    Decided,
    Decision,
    Facet,
    Overtaken,
    State,
    Value,
    Wish,
    from_json,
    in_force,
    in_json,
)
from veille.store.sqlite import Row, SqliteDatabase, from_text

_MEANWHILE = """
SELECT decisions.* FROM json_each($seen) AS told
JOIN decisions ON item_id = told.key AND number > told.value
ORDER BY author = $author, number DESC LIMIT 1
"""
_SAID = """
SELECT said, model_version FROM decisions
WHERE item_id = $item_id AND facet = $facet AND version = $version AND said IS NOT NULL
ORDER BY number DESC LIMIT 1
"""
_IN_STATE = """
SELECT item_id FROM decisions AS said WHERE facet = 'state' AND value = $state AND NOT EXISTS (
    SELECT 1 FROM decisions AS later
    WHERE later.item_id = said.item_id AND later.facet = 'state' AND later.number > said.number
)
ORDER BY number
"""  # of the view `decisions_in_force` the database goes through all that was ever decided
_BEFORE = """
SELECT value FROM decisions
WHERE item_id = $item_id AND facet = $facet AND number < $number AND act <> $act
ORDER BY number DESC LIMIT 1
"""


class Decisions:
    """The ledger of decisions."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def decide(
        self,
        wishes: Sequence[Wish],
        *,
        author: str,
        now: datetime,
        seen: Mapping[str, int] | None = None,
        reason: str = "",
        versions: Mapping[str, int] | None = None,
        model_version: str = "",
        shown_for: str | Mapping[str, str] = "",
    ) -> str:
        """Write down one gesture, all of it or nothing; return its act, by which it is undone.

        `seen` says for each item which decision on it the author had last seen (0: none); raises
        Overtaken when anybody has decided on one since, the author in another window too. The same
        gesture sent twice is written once. Without `seen` nobody is looked for.
        `versions` are those of the texts looked at (1 unless said); `shown_for` is why all of them
        were, or why each was.
        """
        act = secrets.token_hex(8)
        why = {} if isinstance(shown_for, str) else shown_for
        usual = shown_for if isinstance(shown_for, str) else ""
        with self._db.transaction():
            if (last := self._meanwhile(seen or {}, author)) is not None:
                if last.author == author and self._wished(last.act) == _wished(wishes):
                    return last.act
                raise _overtaken(last, by=author)
            for wish in wishes:
                version = (versions or {}).get(wish.item_id, 1)
                said, model = self._said(wish, version, model_version)
                self._write(
                    act=act,
                    item_id=wish.item_id,
                    facet=wish.facet,
                    value=in_json(wish.value),
                    author=author,
                    decided_at=now,
                    reason=reason,
                    undoes=None,
                    said=said,
                    version=version,
                    model_version=model,
                    shown_for=why.get(wish.item_id, usual),
                )
        return act

    def undo(self, act: str, *, author: str, now: datetime) -> str | None:
        """Put back what held before an act, and return the act that does so; None for no act.

        Raises Overtaken when anybody decided the same facet since: theirs stays. An undoing can be
        undone too.
        """
        undoing = secrets.token_hex(8)
        with self._db.transaction():
            of_act = self._read("WHERE act = $act", act=act)
            done = {(one.item_id, one.facet): one for one in of_act}.values()
            for one in done:
                self._refuse_decided_since(one, author)
                before = self._db.rows(
                    _BEFORE, item_id=one.item_id, facet=one.facet, number=one.number, act=act
                )
                self._write(
                    act=undoing,
                    item_id=one.item_id,
                    facet=one.facet,
                    value=before[0]["value"] if before else None,
                    author=author,
                    decided_at=now,
                    reason="",
                    undoes=act,
                    said=in_json(one.said),
                    version=one.version,
                    model_version=one.model_version,
                    shown_for=one.shown_for,
                )
        return undoing if done else None

    def current(self, item_ids: Collection[str]) -> dict[str, Decided]:
        """Return what is decided of these items now; those never decided on are not in it."""
        wanted = "WHERE item_id IN (SELECT value FROM json_each($ids))"
        return in_force(self._read(wanted, ids=json.dumps(list(item_ids))))

    def all_current(self) -> dict[str, Decided]:
        """Return what is decided of all items now."""
        return in_force(self._read(""))

    def in_state(self, state: State) -> list[str]:
        """Return the items in a state, the one put there first first."""
        rows = self._db.rows(_IN_STATE, state=in_json(state.value))
        return [row["item_id"] for row in rows]

    def of(self, item_id: str) -> list[Decision]:
        """Return all that was ever decided on an item, oldest first."""
        return self._read("WHERE item_id = $item_id", item_id=item_id)

    def since(self, number: int = 0) -> list[Decision]:
        """Return the decisions after the one of this number, oldest first."""
        return self._read("WHERE number > $number", number=number)

    def made_since(self, moment: datetime) -> list[Decision]:
        """Return the decisions made from a moment on, oldest first."""
        return self._read("WHERE decided_at >= $since", since=moment)

    def of_act(self, act: str) -> list[Decision]:
        """Return what one gesture decided."""
        return self._read("WHERE act = $act", act=act)

    @property
    def last(self) -> int:
        """The number of the newest decision, 0 without any: it changes whenever anybody decides."""
        [row] = self._db.rows("SELECT coalesce(max(number), 0) AS last FROM decisions")
        return int(row["last"])

    def _said(self, wish: Wish, version: int, model_version: str) -> tuple[str | None, str]:
        """Return what the model had said, and which model.

        Once a run took a decision in, the catalogue says what people decided: what the model had
        said of that version of the text is known from the decisions before alone.
        """
        if wish.said is None:
            for row in self._db.rows(
                _SAID, item_id=wish.item_id, facet=wish.facet, version=version
            ):
                return row["said"], row["model_version"]
        return in_json(wish.said), model_version

    def _meanwhile(self, seen: Mapping[str, int], author: str) -> Decision | None:
        """Return the last decision on these items that was not seen; others' before one's own."""
        rows = self._db.rows(_MEANWHILE, seen=json.dumps(dict(seen)), author=author)
        return _decision(rows[0]) if rows else None

    def _wished(self, act: str) -> set[tuple[str, Facet, Value]]:
        return _wished(self.of_act(act))

    def _refuse_decided_since(self, one: Decision, author: str) -> None:
        for last in self._read(
            "WHERE item_id = $item_id AND facet = $facet AND number > $number AND act <> $act",
            item_id=one.item_id,
            facet=one.facet,
            number=one.number,
            act=one.act,
        ):
            raise _overtaken(last, by=author)

    def _write(self, **row: object) -> None:
        self._db.insert("decisions", row)

    def _read(self, wanted: str, **values: object) -> list[Decision]:
        rows = self._db.rows(f"SELECT * FROM decisions {wanted} ORDER BY number", **values)
        return [_decision(row) for row in rows]


def _wished(gesture: Iterable[Wish | Decision]) -> set[tuple[str, Facet, Value]]:
    return {(one.item_id, one.facet, one.value) for one in gesture}


def _overtaken(decision: Decision, *, by: str) -> Overtaken:
    told = (
        _("You decided on this item since, perhaps in another window; nothing was written now.")
        if decision.author == by
        else _("{author} decided on this item meanwhile; nothing of yours was written.")
    )
    return Overtaken(
        told.format(author=decision.author),
        _("Look at what was decided, then decide again if you disagree."),
        decision,
    )


def _decision(row: Row) -> Decision:
    row = dict(row)
    return Decision(
        facet=Facet(row.pop("facet")),
        value=from_json(row.pop("value")),
        said=from_json(row.pop("said")),
        at=from_text(row.pop("decided_at")),
        **row,
    )
