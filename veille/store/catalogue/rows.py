"""The rows of a catalogue's tables, as the two editions hold them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from veille.model.published import (
    PublishedItem,
    PublishedSource,
    PublishedStory,
    PublishedTag,
    passed_on,
)

T = TypeVar("T")
Row = tuple[Any, ...]

BEGINNING = 280
"""Characters of a text that lists of items show."""


def item_row(
    item: PublishedItem, zone: ZoneInfo, sources: Mapping[str, str], stories: Mapping[str, str]
) -> Row:
    """Return an item's row in the team edition; columns as in tables.sql.

    `sources` gives sources' names by id, `stories` the story of an item that is in one.
    """
    return (
        item.item_id,
        item.title,
        item.url,
        item.source_id,
        sources.get(item.source_id, item.source_id),
        day_of(item, zone),
        item.published_at,
        item.date_origin,
        item.first_seen_at,
        item.version,
        item.language,
        item.item_type,
        item.axis,
        item.relevant,
        item.relevance,
        item.decided_by,
        item.doubtful,
        stories.get(item.item_id),
        item.words,
        item.note,
        item.state,
        item.changed,
        item.lead,
        item.text,
        item.author,
    )


def open_row(row: Row, item: PublishedItem) -> Row | None:
    """Return an item's row in the open edition, or None when it has none there."""
    text = passed_on(item) if item.relevant else None
    return None if text is None else (*row[:-5], None, False, "", text, "")


def day_of(item: PublishedItem, zone: ZoneInfo) -> date:
    """Return the day an item is told of, in the watch's zone: published, else first seen."""
    moment: datetime = item.published_at or item.first_seen_at
    return moment.astimezone(zone).date()


def beginning_row(item: PublishedItem) -> Row:
    """Return how an item's text begins, as a row of history.sql."""
    return item.item_id, " ".join((item.lead or item.text)[:BEGINNING].split())


def version_rows(item: PublishedItem) -> Iterator[Row]:
    """Yield the versions of an item's article, as rows of history.sql."""
    for one in item.versions:
        yield item.item_id, one.number, one.read_at, one.title, one.text_from, list(one.changed)


def judgement_rows(item: PublishedItem) -> Iterator[Row]:
    """Yield what models said of an item, as rows of history.sql."""
    for one in item.judgements:
        yield (
            item.item_id,
            one.judged_at,
            one.version,
            one.model_version,
            one.relevant,
            one.probability,
            one.doubtful,
            list(one.domains),
            one.evidence,
        )


def tag_row(tag: PublishedTag) -> Row:
    """Return a tag's row in the team edition."""
    return (tag.item_id, tag.id, tag.probability, tag.decided_by, list(tag.because), tag.evidence)


def story_row(story: PublishedStory) -> Row:
    """Return what is told of a story; the rest is derived from its items."""
    return (story.story_id, story.reason, list(story.aliases))


def member_rows(story: PublishedStory) -> Iterator[Row]:
    """Yield a story's items, in order."""
    for place, member in enumerate(story.members, 1):
        yield story.story_id, member.item_id, place, member.kind, member.share


def source_row(told: PublishedSource) -> Row:
    """Return a source's row; columns as in tables.sql."""
    source = told.source
    return (
        source.id,
        source.name,
        source.url,
        source.feed,
        str(source.kind),
        source.category,
        source.country,
        source.region,
        list(source.languages),
        list(source.domains),
        source.excerpt.policy,
        source.active,
        told.state,
        told.last_success_at,
        told.last_new_at,
    )


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield values in lists of `size`, the last one shorter (itertools has it from 3.12 on)."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch
