"""People's decisions in the working store: a copy of the desk's ledger, as far as runs read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.model import digest
from veille.model.decisions import Decision, Facet, from_json, in_json
from veille.model.story import Ruling
from veille.store.database import Database, Row
from veille.store.watch import story_rows
from veille.store.watch.withdrawals import refused


@dataclass(frozen=True, slots=True)
class Taken:
    """How far the desk was read: its last decision and its last ruling, each with its act.

    Where the desk has another act under one of these numbers it is another desk, and what is read
    of it begins the next `generation`.
    """

    generation: int = 1
    decision: int = 0
    decision_act: str = ""
    ruling: int = 0
    ruling_act: str = ""


class Decisions:
    """What the step `take` asks of the working store and tells it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def taken(self) -> Taken:
        """Return how far the desk was read; of none yet, not at all."""
        rows = self._db.rows(
            """SELECT generation, decision, decision_act, ruling, ruling_act
            FROM desk_taking_current"""
        )
        return Taken(**rows[0]) if rows else Taken(generation=0)

    def count(self) -> int:
        """Return how many decisions are in force."""
        [row] = self._db.rows("SELECT count(*) AS n FROM decisions_in_force")
        return int(row["n"])

    def let_back_in(self) -> list[str]:
        """Return the items that were withdrawn once, and are not now."""
        rows = self._db.rows(
            """SELECT DISTINCT item_id FROM withdrawals
            ANTI JOIN withdrawal_current USING (item_id) ORDER BY item_id"""
        )
        return [row["item_id"] for row in rows]

    def of(self, item_id: str) -> list[Decision]:
        """Return all that was decided on an item, oldest first, as far as it was taken in."""
        rows = self._db.rows(
            """SELECT * EXCLUDE (decision_id, generation)
            FROM decisions SEMI JOIN desk_taking_current USING (generation)
            WHERE item_id = $item ORDER BY number""",
            item=item_id,
        )
        return [_decision(row) for row in rows]

    def take(
        self,
        decisions: Sequence[Decision],
        rulings: Sequence[Ruling],
        taken: Taken,
        run_id: str,
        at: datetime,
    ) -> int:
        """Keep what is new on the desk, all of it or nothing; return how many decisions.

        Those on items that are withdrawn are not kept: of these nothing but the id may be.
        """
        out = refused(self._db, list({one.item_id for one in decisions}))
        rows = [_row(one, taken.generation) for one in decisions if one.item_id not in out]
        before = self._rows()
        with self._db.transaction():
            self._db.append("decisions", rows, key="decision_id")
            rulings_rows = [story_rows.ruling_row(one) for one in rulings]
            self._db.append("story_rulings", rulings_rows, key="ruling_id")
            self._db.append("desk_takings", [_taking(taken, run_id, at)], key="taking_id")
        return self._rows() - before

    def _rows(self) -> int:
        [row] = self._db.rows("SELECT count(*) AS n FROM decisions")
        return int(row["n"])


def _taking(taken: Taken, run_id: str, at: datetime) -> Row:
    numbers = (taken.generation, taken.decision, taken.ruling)
    return {
        "taking_id": digest("taking", *map(str, numbers)),
        "generation": taken.generation,
        "decision": taken.decision,
        "decision_act": taken.decision_act,
        "ruling": taken.ruling,
        "ruling_act": taken.ruling_act,
        "run_id": run_id,
        "taken_at": at,
    }


def _row(one: Decision, generation: int) -> Row:
    return {
        "decision_id": digest("decision", str(generation), str(one.number)),
        "generation": generation,
        "number": one.number,
        "act": one.act,
        "item_id": one.item_id,
        "facet": one.facet,
        "value": in_json(one.value),
        "author": one.author,
        "decided_at": one.at,
        "reason": one.reason,
        "undoes": one.undoes,
        "said": in_json(one.said),
        "version": one.version,
        "model_version": one.model_version,
        "shown_for": one.shown_for,
    }


def _decision(row: Row) -> Decision:
    return Decision(
        facet=Facet(row.pop("facet")),
        value=from_json(row.pop("value")),
        said=from_json(row.pop("said")),
        at=row.pop("decided_at"),
        **row,
    )
