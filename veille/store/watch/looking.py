"""How far the working store was looked through, so that a night looks at what came since.

To find what lacks an article, a signature or a judgement among half a million takes a tenth of a
second each time. What is done stays done, and rows come nearly in the order of their moments. So a
run notes a moment before which each row has its answer, and one before which no other row has one.
Before each use the rows before both are counted again, and their moments folded into one number:
where that is another, because a clock was set back, another engine came late or an item was
withdrawn, all is looked through, as if nothing had been noted. No writer needs to know of it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from veille.store.database import Database, Row

EVER, NEVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)

FAR = 20_000
"""Rows beyond a note after which it is moved: 40 nights of 500. To look at so many costs little,
and on a DuckLake each note is two files."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of a table have no answer in another, by their key; both by their moments."""

    name: str
    table: str
    moment: str
    answers: str
    answered: str
    key: str


@dataclass(frozen=True, slots=True)
class Done:
    """Rows before `until`, so many, about so many items, have their answers; before
    `answered_until` no others have."""

    until: datetime = EVER
    answered_until: datetime = EVER
    rows: int = 0
    items: int = 0


NOTHING = Done()


def read(backlog: int) -> Question:
    """Return the question of what is to be read, of so many items of a source's first poll."""
    return Question(f"read {backlog}", "entries", "seen_at", "attempts", "tried_at", "entry_id")


def signed(scheme: str) -> Question:
    """Return the question of what is to be signed by this scheme."""
    name, answers = f"signed {scheme}", "story_signatures"
    return Question(name, "articles", "read_at", answers, "signed_at", "article_id")


def judged(model_version: str | None) -> Question:
    """Return the question of what is to be judged by this model."""
    name, answers = f"judged {model_version}", "judgements"
    return Question(name, "articles", "read_at", answers, "judged_at", "article_id")


def done(db: Database, question: Question) -> Done:
    """Return how far a question is answered: nowhere, if it was not noted or holds no more."""
    noted = db.rows(
        """FROM looked_through_current
        WHERE question = $question ORDER BY until DESC LIMIT 1""",
        question=question.name,
    )
    if not noted:
        return NOTHING
    [last] = noted
    found = _folded(db, question, last["until"], last["answered_until"])
    if found != {name: last[name] for name in found}:
        return NOTHING
    return Done(last["until"], last["answered_until"], last["rows_before"], last["items"])


def note(db: Database, question: Question, left: str, **values: datetime | str | int) -> None:
    """Note up to when nothing is left to do, where many rows came since it was noted.

    `left` asks for the moment of the first row of which something is, as `until`.
    """
    [rows] = db.rows(f"SELECT count(*) AS n FROM {question.table}")
    if rows["n"] < FAR or rows["n"] - done(db, question).rows < FAR:
        return
    with db.transaction():  # of one state: what another engine adds may be older than this
        [first] = db.rows(left, given=None, start=EVER, answered_start=EVER, **values)
        row: Row = {"question": question.name} | _edges(db, question, first["until"])
        row |= _folded(db, question, row["until"], row["answered_until"])
        db.run(
            "DELETE FROM looked_through_current WHERE question = $question", question=question.name
        )
        db.append("looked_through_current", [row], key="question", none_kept=True)


def _edges(db: Database, question: Question, first: datetime | None) -> Row:
    """Return the moments before which all is done, given that of the first row that lacks
    something, and how many items that is."""
    table, moment, answers = question.table, question.moment, question.answers
    [found] = db.rows(
        f"""
        WITH edge AS (SELECT coalesce($first, max({moment})) AS until FROM {table}),
        later AS (SELECT {question.key} FROM {table}, edge WHERE {moment} >= until)
        SELECT
            until,
            coalesce(
                (SELECT min({question.answered}) FROM {answers} SEMI JOIN later
                USING ({question.key})),
                (SELECT max({question.answered}) FROM {answers}),
                until
            ) AS answered_until,
            (SELECT count(DISTINCT item_id) FROM {table}, edge WHERE {moment} < until) AS items
        FROM edge""",
        first=first,
    )
    return found


def _folded(db: Database, question: Question, until: datetime, answered_until: datetime) -> Row:
    """Return how many rows and answers are before these moments, and their moments in one."""
    fold = "SELECT count(*) AS n, coalesce(bit_xor(epoch_us({moment})), 0) AS folded FROM {table}"
    return {
        f"{name}_{what}": value
        for name, table, moment, end in (
            ("rows", question.table, question.moment, until),
            ("answers", question.answers, question.answered, answered_until),
        )
        for row in db.rows(
            f"{fold.format(moment=moment, table=table)} WHERE {moment} < $until", until=end
        )
        for what, value in (("before", row["n"]), ("fold", row["folded"]))
    }
