"""Between stories' values and the working store's rows."""

from base64 import b64decode, b64encode
from collections.abc import Mapping

from veille.model import Dated, DateOrigin, digest
from veille.model.story import Grouped, Kind, Link, Member, Ruling, Signed, Story, ToSign
from veille.store.database import Row

_OF_LINK = ("kind", "share", "points", "days", "names", "numbers")


def to_sign(row: Row) -> ToSign:
    return ToSign(
        article_id=row["article_id"],
        item_id=row["item_id"],
        version=row["version"],
        source_id=row["source_id"],
        publisher=row["publisher"] or "",
        title=row["title"],
        text=row["text"],
        language=row["language"],
        first_seen_at=row["first_seen_at"] or row["read_at"],
        published=_dated(row),
    )


def signed(row: Row) -> Signed:
    return Signed(
        article_id=row["article_id"],
        item_id=row["item_id"],
        version=row["version"],
        source_id=row["source_id"],
        publisher=row["publisher"] or "",
        title=row["title"],
        language=row["language"],
        first_seen_at=row["first_seen_at"],
        published=_dated(row),
        told_on=row["told_on"],
        scheme=row["scheme"],
        signature=b64decode(row["signature"]),
    )


def signature_row(one: Signed, grouped: Grouped) -> Row:
    return {
        "signature_id": digest("signature", one.article_id, one.scheme),
        "article_id": one.article_id,
        "item_id": one.item_id,
        "version": one.version,
        "scheme": one.scheme,
        "run_id": grouped.run_id,
        "signed_at": grouped.at,
        "language": one.language,
        "first_seen_at": one.first_seen_at,
        "told_on": one.told_on,
        "bands": one.bands,
        "signature": b64encode(one.signature).decode(),
    }


def link_row(pair: tuple[str, str], link: Link | None, revision: int, grouped: Grouped) -> Row:
    one, other = pair
    return {
        "link_id": digest("link", one, other, str(revision)),
        "one": one,
        "other": other,
        "revision": revision,
        "run_id": grouped.run_id,
        "found_at": grouped.at,
        **{name: getattr(link, name, None) for name in _OF_LINK},
    }


def link(row: Row) -> Link:
    return Link(
        one=row["one"],
        other=row["other"],
        kind=Kind(row["kind"]),
        share=row["share"],
        points=row["points"],
        days=row["days"],
        names=tuple(row["names"]),
        numbers=row["numbers"],
    )


def story_row(story: Story) -> Row:
    return {
        "story_id": story.story_id,
        "anchor": story.anchor,
        "original": story.original,
        "by_hand": story.by_hand,
        "members": [
            {"item_id": member.item_id, "tied_to": member.tied_to} for member in story.members
        ],
        "became": None,
    }


def ended_row(before: Row, became: str) -> Row:
    kept = {name: before[name] for name in ("story_id", "anchor", "original", "by_hand")}
    return {**kept, "members": [], "became": became}


def story(row: Row, links: Mapping[tuple[str, str], Link]) -> Story:
    members = []
    for member in row["members"]:
        ends = sorted(filter(None, (member["item_id"], member["tied_to"])))
        tie = links.get((ends[0], ends[-1]))
        members.append(Member(member["item_id"], tie))
    return Story(row["story_id"], row["anchor"], tuple(members), row["original"], row["by_hand"])


def ruling(row: Row) -> Ruling:
    number = row["number"] or 0  # those of before have none
    return Ruling(row["one"], row["other"], row["together"], row["ruled_at"], number)


def ruling_row(ruling: Ruling) -> Row:
    return {
        "ruling_id": _ruling_id(ruling),
        "one": ruling.one,
        "other": ruling.other,
        "together": ruling.together,
        "ruled_at": ruling.at,
        "number": ruling.number or None,
    }


def followed_row(ruling: Ruling, grouped: Grouped) -> Row:
    return {
        "ruling_id": _ruling_id(ruling),
        "run_id": grouped.run_id,
        "followed_at": grouped.at,
    }


def _ruling_id(ruling: Ruling) -> str:
    together, numbered = str(ruling.together), [str(ruling.number)] if ruling.number else []
    return digest("ruling", ruling.one, ruling.other, together, ruling.at.isoformat(), *numbered)


def _dated(row: Row) -> Dated | None:
    if row["published_at"] is None:
        return None
    return Dated(row["published_at"], DateOrigin(row["date_origin"]), row["date_precise"])
