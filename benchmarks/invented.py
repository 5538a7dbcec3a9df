"""Invented editions of a catalogue, of as many items as asked.

Words are drawn from our own examples as often as they stand there, one in five taken again from
the same text, and from a tail of rare ones, so that a text of 480 has about 250 different words and
the whole as many as language has.
"""

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from veille.model import Excerpt, Source, SourceKind
from veille.model.published import (
    Edition,
    Label,
    PublishedItem,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
    Stamp,
    leeway,
)

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WORDS = 480
"""Words of a usual text, 3,000 characters; one in two has between 370 and 600."""

SOURCES, RARE = 160, 300_000
DOMAINS = ("financial_engineering", "governance", "leadership")
REGIONS = tuple(f"QC-{n:02}" for n in range(1, 18))
POLICIES = (Excerpt("title"),) * 8 + (Excerpt("full"), Excerpt("quote", 25))


def invented_edition(count: int, more: int = 0, *, words: int = WORDS) -> Edition:
    """Return an edition of so many items, and of `more` on top of those a publication has."""
    known = {item_id(n): Stamp("", leeway(POLICIES[n % 10])) for n in range(count)}
    new = {item_id(n): Stamp("", leeway(POLICIES[n % 10])) for n in range(count, count + more)}

    def some(ids: Sequence[str]) -> tuple[Iterator[PublishedItem], Iterator[PublishedTag]]:
        assert len(ids) == more
        return invented_items(more, count, words=words), invented_tags(more, count)

    return Edition(
        chain(invented_items(count, words=words), invented_items(more, count, words=words)),
        chain(invented_tags(count), invented_tags(more, count)),
        (
            PublishedStory(f"s{n}", tuple(PublishedMember(item_id(n + k)) for k in range(3)))
            for n in range(0, count - 3, 10)
        ),
        [PublishedSource(source(n)) for n in range(SOURCES)],
        [Label("domain", domain, domain) for domain in DOMAINS],
        digest=f"{count} {more}",
        stamps=known | new,
        some=some,
        published_at=NOW + timedelta(days=bool(more)),
    )


def invented_items(count: int, first: int = 0, *, words: int = WORDS) -> Iterator[PublishedItem]:
    draw = random.Random(first)
    for n, (title, text) in enumerate(_texts(count, first, words), first):
        moment = NOW - timedelta(minutes=7 * n)
        language = draw.choices(("fr", "en", "es", "pt"), (70, 20, 7, 3))[0]
        yield PublishedItem(
            item_id(n), f"https://s{n % SOURCES}.example.org/{n}", title, f"s{n % SOURCES}", moment,
            text=text, language=language, published_at=moment, words=words,
            relevant=n % 5 > 0, item_type="ty-nouvelle", excerpt=POLICIES[n % len(POLICIES)],
        )  # fmt: skip


def invented_tags(count: int, first: int = 0) -> Iterator[PublishedTag]:
    draw = random.Random(first)
    for n in range(first, first + count):
        for domain in draw.sample(DOMAINS, draw.choice((0, 1, 1, 2))):
            yield PublishedTag(item_id(n), "domain", domain, 0.8, because=("coopérative",))
        for region in draw.sample(REGIONS, draw.choice((0, 1, 1, 2))):
            yield PublishedTag(item_id(n), "region", region, 0.9)


def item_id(n: int) -> str:
    return f"{n * 0x9E3779B97F4A7C15 % 2**128:032x}"


def source(n: int) -> Source:
    return Source(
        f"s{n}", f"Source {n}", f"https://s{n}.example.org/", SourceKind.FEED, active=True,
        country="CA", region=REGIONS[n % 17], category="network", excerpt=POLICIES[n % 10],
    )  # fmt: skip


@cache
def vocabulary() -> tuple[list[str], npt.NDArray[Any]]:
    """Return words, the most frequent first, and their cumulated probabilities."""
    lines = (ROOT / "models/domains/examples.jsonl").read_text(encoding="utf-8").splitlines()
    counted = Counter(
        word for line in lines for word in re.findall(r"\S+", json.loads(line)["text"])
    )
    words, frequency = zip(*counted.most_common(), strict=True)
    short = [word.lower() for word in words if word.isalpha() and 3 <= len(word) <= 6]
    draw = random.Random(1)
    rare = ["".join(draw.choices(short, k=2)) for _ in range(RARE)]
    ranks = np.arange(len(words), len(words) + RARE)
    tail = 0.3 * (len(words) / ranks) ** 1.3
    likely = np.cumsum(np.concatenate([np.array(frequency, float), tail]))
    return [*words, *rare], likely / likely[-1]


def _texts(count: int, seed: int, words: int) -> Iterator[tuple[str, str]]:
    known, likely = vocabulary()
    spelled, draw = np.array(known, object), np.random.default_rng(seed)
    for _ in range(count):
        length = int(draw.integers(words // 2, words * 3 // 2))
        ids = np.searchsorted(likely, draw.random(length))
        again = draw.random(length) < 0.2
        ids[again] = ids[draw.integers(0, length, again.sum())]
        drawn = spelled[ids]
        yield " ".join(drawn[:9]), " ".join(drawn[9:])


def drawing(count: int, words: int = WORDS) -> float:
    """Return the seconds that inventing so many items takes: not part of what is measured."""
    sample = min(count, 5_000)
    begun = time.process_time()
    for _ in invented_items(sample, words=words):
        pass
    return (time.process_time() - begun) * count / sample
