"""Judging in the working store: what lacks a judgement, and what judges said."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime

from veille.model import digest
from veille.model.judgement import (
    Evidence,
    Judged,
    Judgement,
    Kind,
    Part,
    Tag,
    ToJudge,
    Verdict,
)
from veille.store.database import Database, Row
from veille.store.watch import looking
from veille.store.watch.figures import REJUDGED, UNJUDGED


def lacking_judgements(
    db: Database,
    model_version: str,
    now: datetime,
    *,
    limit: int | None = None,
    since: datetime | None = None,
) -> list[str]:
    """Return the articles to judge, by id, newest first: never judged, or young and not judged by
    this model. Only their present versions. Young is what was read `since`, or in half a year.
    """
    done = looking.NOTHING if since else looking.done(db, looking.judged(model_version))
    rows = db.rows(
        f"""{UNJUDGED}
        SELECT article_id FROM unjudged
        GROUP BY article_id
        ORDER BY max(coalesce(published_at, read_at)) DESC, article_id
        LIMIT $limit""",
        model_version=model_version,
        since=since or now - REJUDGED,
        limit=limit,
        start=done.until,
        answered_start=done.answered_until,
    )
    return [row["article_id"] for row in rows]


def to_judge(db: Database, article_ids: Sequence[str]) -> list[ToJudge]:
    """Return what judges need of these articles, in the order given."""
    rows = db.rows(
        """SELECT article_id, item_id, source_id, url, title, text, language
        FROM articles WHERE rowid IN (SELECT rowid FROM articles SEMI JOIN given USING (article_id))
        """,  # by row, so that of the texts of all that is kept none but these are read
        given={"article_id": list(article_ids)},
    )
    by_id = {row["article_id"]: ToJudge(**row) for row in rows}
    return [by_id[article_id] for article_id in article_ids]


def save_judgements(db: Database, judged: Sequence[Judged]) -> int:
    """Keep judgements and their tags, in one transaction; return how many items were relevant."""
    with db.transaction():
        kept = _kept(db, [_id(one) for one in judged])
        fresh = [one for one in judged if _id(one) not in kept]
        tags = [tag for one in fresh for tag in _tag_rows(one)]
        db.append("judgements", [_row(one) for one in fresh], key="judgement_id", none_kept=True)
        db.append("tags", tags, key="tag_id", none_kept=True)
    return sum(one.judgement.relevant.value for one in judged)


def _kept(db: Database, judgement_ids: Sequence[str]) -> set[str]:
    rows = db.rows(
        "SELECT judgement_id FROM judgements SEMI JOIN given USING (judgement_id)",
        given={"judgement_id": judgement_ids},
    )
    return {row["judgement_id"] for row in rows}


def _id(one: Judged) -> str:
    return digest("judgement", one.judged.article_id, one.judgement.model_version)


def _row(one: Judged) -> Row:
    said = one.judgement
    return {
        "judgement_id": _id(one),
        "article_id": one.judged.article_id,
        "item_id": one.judged.item_id,
        "model_version": said.model_version,
        "run_id": one.run_id,
        "judged_at": one.judged_at,
        "language": said.language,
        "language_probability": said.language_probability,
        "relevant": said.relevant.value,
        "probability": said.relevant.probability,
        "doubtful": said.doubtful,
        "evidence": _json(said.relevant.evidence),
    }


def _tag_rows(one: Judged) -> Iterator[Row]:
    for facet, tags in _facets(one.judgement).items():
        for position, tag in enumerate(tags):
            name = tag.label if isinstance(tag, Verdict) else tag.id
            yield {
                "tag_id": digest("tag", _id(one), facet, name),
                "judgement_id": _id(one),
                "item_id": one.judged.item_id,
                "facet": facet,
                "tag": name,
                "given": tag.value if isinstance(tag, Verdict) else True,
                "probability": tag.probability,
                "doubtful": tag.doubtful if isinstance(tag, Verdict) else False,
                "position": position,
                "evidence": _json(tag.evidence),
            }


def _facets(said: Judgement) -> dict[str, Sequence[Tag | Verdict]]:
    return {
        "domain": said.verdicts,
        "region": said.regions,
        "theme": said.themes,
        "item_type": [said.item_type] if said.item_type else [],
        "axis": [said.axis] if said.axis else [],
    }


def _json(evidence: Sequence[Evidence]) -> str:
    return json.dumps([asdict(one) for one in evidence], ensure_ascii=False)


def judgement_of(db: Database, item_id: str) -> Judgement | None:
    """Return the last judgement of an item, as it was said."""
    rows = db.rows("FROM judgement_current WHERE item_id = $item", item=item_id)
    if not rows:
        return None
    [row] = rows
    facets: dict[str, list[Row]] = {}
    for tag in db.rows(
        "FROM tags WHERE judgement_id = $id ORDER BY facet, position", id=row["judgement_id"]
    ):
        facets.setdefault(tag["facet"], []).append(tag)
    singles = {name: next(map(_tag, facets.get(name, ())), None) for name in ("item_type", "axis")}
    return Judgement(
        model_version=row["model_version"],
        language=row["language"],
        language_probability=row["language_probability"],
        relevant=Verdict(
            "relevant", row["relevant"], row["probability"], row["doubtful"],
            _evidence(row["evidence"]),
        ),
        verdicts=tuple(map(_verdict, facets.get("domain", ()))),
        regions=tuple(map(_tag, facets.get("region", ()))),
        themes=tuple(map(_tag, facets.get("theme", ()))),
        **singles,
    )  # fmt: skip


def _verdict(row: Row) -> Verdict:
    return Verdict(
        row["tag"], row["given"], row["probability"], row["doubtful"], _evidence(row["evidence"])
    )


def _tag(row: Row) -> Tag:
    return Tag(row["tag"], row["probability"], _evidence(row["evidence"]))


def _evidence(text: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(**{**one, "kind": Kind(one["kind"]), "part": one["part"] and Part(one["part"])})
        for one in json.loads(text)
    )
