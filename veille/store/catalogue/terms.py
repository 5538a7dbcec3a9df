"""Which stems answer the words of a query, as the macro `query_terms` says.

The macro is for whoever has the database alone; DuckDB takes ten milliseconds to run its plan over
a handful of rows, forty where words are only begun. So where each word is a form that the lexicon
has, or begins some, forms alone are looked up, and counted here; for a word never seen, or one that
begins thousands, the macro is asked. A test holds the two together.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import duckdb

from veille.store.catalogue.scoring import Term

PREPARED = f"""
PREPARE words AS
SELECT
    slot, piece_no, excluded, in_phrase, is_start, is_compound,
    form, fold(form), joined, fold(joined)
FROM query_words($asked::VARCHAR);
PREPARE terms AS SELECT {", ".join(Term._fields)} FROM query_terms($asked::VARCHAR);
"""
"""Statements that planning takes longer than they do, for each connection."""

EXECUTE = "EXECUTE {}(asked := getvariable('asked'))"  # which takes no bound values itself
MOST_BEGUN = 5_000
"""Forms that a word begins, beyond which DuckDB counts them faster."""

_FORMS = """
SELECT folded, form, stem_id, rank, siblings, items, common FROM word_forms WHERE folded = ?
"""  # a look-up each: of several DuckDB reads all that stand between the first and the last
_BEGUN = f"""
SELECT folded, form, stem_id, rank, siblings, items, common FROM word_forms
WHERE folded >= ? AND folded < ? LIMIT {MOST_BEGUN}
"""
_MOST = 1_000  # terms, as the macro's
_LAST = "\U0010ffff"


class _Word(NamedTuple):
    """A word of a query, or a part of one: a row of the macro `query_words`."""

    slot: int
    piece_no: int
    excluded: bool
    in_phrase: bool
    is_start: bool
    is_compound: bool
    form: str
    folded: str
    joined: str | None
    joined_folded: str | None


class _Known(NamedTuple):
    """A form of the lexicon."""

    folded: str
    form: str
    stem_id: int
    rank: int
    siblings: int
    items: int
    common: bool


class _Family(NamedTuple):
    """A stem that answers a word, and by which of its forms."""

    stem_id: int
    exact: int
    same: int
    variant: int
    is_part: bool
    is_common: bool
    items: int


def terms_of(connection: duckdb.DuckDBPyConnection, query: str, items: int) -> list[Term]:
    """Return the stems that answer a query, among so many items.

    `connection` has the statements of `PREPARED`.
    """
    connection.execute("SET VARIABLE asked = ?", [query])
    words = [_Word(*row) for row in connection.execute(EXECUTE.format("words")).fetchall()]
    begun = {one.slot: _begun(connection, one.folded) for one in words if one.is_start}
    if words and all(len(forms) < MOST_BEGUN for forms in begun.values()):
        families = _families(words, _forms(connection, words), begun)
        if all(families[one.slot] for one in words):
            return _counted(words, families, items)
    return [Term(*row) for row in connection.execute(EXECUTE.format("terms")).fetchall()]


def _begun(connection: duckdb.DuckDBPyConnection, start: str) -> list[_Known]:
    """Return the forms that begin so."""
    rows = connection.execute(_BEGUN, [start, start + _LAST]).fetchall()
    return [_Known(*row) for row in rows]


def _forms(
    connection: duckdb.DuckDBPyConnection, words: Iterable[_Word]
) -> Mapping[str, Sequence[_Known]]:
    """Return the forms that the words look like, by how these are looked up: without accents."""
    wanted = {
        one: None for word in words for one in (word.folded, word.joined_folded) if one is not None
    }
    sql = "UNION ALL".join([_FORMS] * len(wanted))
    found: dict[str, list[_Known]] = {one: [] for one in wanted}
    for row in connection.execute(sql, list(wanted)).fetchall():
        found[row[0]].append(_Known(*row))
    return found


def _families(
    words: Iterable[_Word],
    forms: Mapping[str, Sequence[_Known]],
    begun: Mapping[int, Sequence[_Known]],
) -> dict[int, list[_Family]]:
    """Return the stems of each word's forms: as typed, but for their accents, or begun so."""
    found: dict[int, list[_Family]] = {}
    for word in words:
        typed = [(word.form, word.folded, word.is_compound)]
        if word.joined is not None and word.joined_folded is not None:
            typed.append((word.joined, word.joined_folded, False))
        known = [
            (one, is_part, one.form == form)
            for form, folded, is_part in typed
            for one in forms[folded]
            if not one.common or one.form == form
        ]
        known += [(one, False, True) for one in begun.get(word.slot, ())]
        known.sort(key=lambda row: row[0].stem_id)
        found[word.slot] = [
            _family(stem_id, list(of)) for stem_id, of in groupby(known, lambda row: row[0].stem_id)
        ]
    return found


def _family(stem_id: int, known: Sequence[tuple[_Known, bool, bool]]) -> _Family:
    exact = same = variant = 0
    for one, _is_part, is_exact in known:
        if is_exact:
            exact |= 1 << one.rank
            same |= one.siblings
        else:
            variant |= 1 << one.rank
    return _Family(
        stem_id, exact, same, variant,
        is_part=all(is_part for _one, is_part, _is_exact in known),
        is_common=any(is_exact and one.common for one, _is_part, is_exact in known),
        items=max(one.items for one, _is_part, _is_exact in known),
    )  # fmt: skip


def _counted(
    words: Iterable[_Word], families: Mapping[int, Sequence[_Family]], items: int
) -> list[Term]:
    """Return what the stems count for: all words are needed but those that join others."""
    asked = [one for one in words if not (one.excluded and one.in_phrase)]
    joins = {one.slot: any(of.is_common for of in families[one.slot]) for one in asked}
    content = Counter(one.piece_no for one in asked if not joins[one.slot])
    needed = {
        one.slot: not one.excluded
        and (not joins[one.slot] or (not one.in_phrase and all(joins.values())))
        for one in asked
    }
    slots = sum(needed.values())
    rarity = {one.slot: _rarity(families[one.slot], items) for one in asked}
    found = [
        (word, of)
        for word in asked
        for of in families[word.slot]
        if not (of.is_part and content[word.piece_no] < 2)
        and (needed[word.slot] or not of.is_common)
        and not (word.excluded and of.exact == 0)
    ]
    found.sort(key=lambda one: (not one[0].excluded, -one[1].items, one[1].stem_id, one[0].slot))
    return [
        Term(
            word.slot, of.stem_id, of.exact, of.same, of.variant, of.is_part, needed[word.slot],
            word.excluded, rarity[word.slot], slots,
        )
        for word, of in found[:_MOST]
    ]  # fmt: skip


def _rarity(families: Sequence[_Family], items: int) -> float:
    """Return how rare a word is, as BM25 has it, by its most frequent stem."""
    holding = max(of.items for of in families)
    return math.log(1 + (items - holding + 0.5) / (holding + 0.5))
