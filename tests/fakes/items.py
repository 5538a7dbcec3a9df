"""Items to group: the sample web's, events told in tests/data/stories, and texts told again."""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import yaml
from retold import Text, fillings, retold

from veille.model import Dated, DateOrigin
from veille.sampleweb import load_web
from veille.stories import Item, Story, sign

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 11, 1, 12, tzinfo=UTC)
Pairs = set[frozenset[str]]


def make_item(
    item_id: str,
    title: str,
    text: str,
    *,
    source: str = "",
    language: str | None = "fr",
    day: float = 0,
    publisher: str = "",
    seen: float | None = None,
) -> Item:
    """An item told on a day, counted from a fixed start, and seen then or on another one."""
    told = START + timedelta(days=day)
    return Item(
        item_id=item_id,
        source_id=source or f"source of {item_id}",
        publisher=publisher,
        title=title,
        language=language,
        first_seen_at=told if seen is None else START + timedelta(days=seen),
        published=Dated(told, DateOrigin.FEED),
        signature=sign(title, text, language),
    )


def pairs_of(groups: Iterable[Iterable[str]]) -> Pairs:
    """The pairs of ids that are in one group."""
    return {frozenset(pair) for group in groups for pair in combinations(sorted(group), 2)}


def pairs_in(stories: Iterable[Story]) -> Pairs:
    """The pairs of ids that are in one story."""
    return pairs_of([member.item_id for member in story.members] for story in stories)


def told_events(name: str) -> tuple[list[Item], Pairs]:
    """The items of a file of events, and the pairs that tell the same one."""
    items: list[Item] = []
    groups: dict[str | int, list[str]] = {}
    file = ROOT / "tests" / "data" / "stories" / name
    for number, told in enumerate(yaml.safe_load(file.read_text("utf-8"))):
        item = make_item(
            f"{file.stem}-{number:02}",
            told["title"],
            told["text"],
            source=told["source"],
            language=told["lang"],
            day=told["day"],
        )
        items.append(item)
        groups.setdefault(told.get("event", number), []).append(item.item_id)
    return items, pairs_of(groups.values())


def sample_articles() -> Iterator[tuple[Item, Text, str | None]]:
    """The sample web's articles, as items and as texts, with the story that each tells."""
    for site in load_web(date(2026, 11, 21)).sites:
        for article in site.articles:
            text = Text(article.title, f"{article.lead}\n\n{article.body}", article.lang)
            item = Item(
                item_id=article.url,
                source_id=site.id,
                publisher=site.name,
                title=article.title,
                language=article.lang,
                first_seen_at=article.published,
                published=Dated(article.published, DateOrigin.FEED),
                signature=sign(article.title, text.text, article.lang),
            )
            yield item, text, article.labels.story


def our_examples() -> list[Text]:
    """The labelled examples of the domains' model: each is about something else."""
    lines = (ROOT / "models" / "domains" / "examples.jsonl").read_text("utf-8").splitlines()
    return [Text(each["title"], each["text"], each["lang"]) for each in map(json.loads, lines)]


def with_copies(texts: Iterable[Text], rng: random.Random) -> tuple[list[Item], Pairs]:
    """Each text with four copies, changed in one to four ways; and the pairs that are copies."""
    items: list[Item] = []
    groups = []
    for number, text in enumerate(texts):
        versions = [text, *(retold(text, rng, changes) for changes in (1, 2, 3, 4))]
        group = [
            make_item(
                f"{number}-{changes}", version.title, version.text,
                language=version.lang, day=rng.randrange(6),
            )
            for changes, version in enumerate(versions)
        ]  # fmt: skip
        items += group
        groups.append([item.item_id for item in group])
    return items, pairs_of(groups)


def from_templates(rng: random.Random, each: int) -> list[Item]:
    """Filled templates, a day apart; of each, half are of one source."""
    return [
        make_item(
            f"{name}-{number}",
            text.title,
            text.text,
            source=name if number % 2 else "",
            day=number % 6,
        )
        for number, (name, text) in enumerate(fillings(rng, each))
    ]
