"""Which regions a text is about: names weighed, features scored, what is likely kept."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from veille.classify.regions.context import Standing
from veille.classify.regions.features import Candidate, candidates, features
from veille.classify.regions.gazetteer import Gazetteer
from veille.classify.regions.hierarchy import WORLD, ancestors, country
from veille.classify.regions.homonyms import Home, resolve
from veille.classify.regions.mentions import Mention, find
from veille.classify.regions.tables import read_yaml, version_of
from veille.errors import ConfigError
from veille.i18n import _

LIMIT: Final = 40_000  # characters of a text that are read: its subject is named well before
_MOST_EVIDENCE: Final = 8
_OTHER: Final = "other"  # languages without a prevalence of their own


@dataclass(frozen=True, slots=True)
class Place:
    """One name that speaks for a region: where it stands, and why it was read so.

    `field` is `title` or `text`, offsets are characters of it. `reason` is the kind of name
    (`municipality`, `demonym`, `form`…: the tables' kinds) or `held`, for a place inside the
    region; `values` say more: `standing` (`dateline`, `address`…), and for a homonym `rival`, the
    other code, and `why` this one (`article`, `qualifier`, `neighbours`, `source`, `language`,
    `size`). `weight` is between 0 and 1.
    """

    field: str
    start: int
    end: int
    name: str
    reason: str
    values: Mapping[str, str]
    weight: float


@dataclass(frozen=True, slots=True)
class RegionTag:
    """A region that a text may be about, how probable that is, and the names that say so."""

    code: str
    probability: float
    evidence: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted numbers of `weights.yaml`: a logistic regression and its prevalences.

    `shift` moves the log-odds from the examples, where every second place named is what the text
    is about, to real texts, where fewer are; by language.
    """

    threshold: float
    intercept: float
    shift: Mapping[str, float]
    weights: Mapping[str, float]

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """Read the file. Raises ConfigError when it is not what `fit.py` writes."""
        data: Any = read_yaml(path)
        try:
            return cls(data["threshold"], data["intercept"], data["shift"], data["weights"])
        except KeyError as error:
            message = _("{path} cannot be loaded.").format(path=path)
            raise ConfigError(message, (str(error),)) from error

    def probability(self, line: Mapping[str, float], language: str | None) -> float:
        """Return how probable it is that a text with these features is about the place."""
        shift = self.shift.get(language or _OTHER, self.shift[_OTHER])
        gains = (self.weights.get(name, 0.0) * value for name, value in line.items())
        score = self.intercept + shift + sum(gains)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


class RegionTagger:
    """Tags texts with the regions that they are about. Made once from a folder of tables."""

    def __init__(self, folder: Path) -> None:
        """Read `models/regions`: about 0.4 s. Raises ConfigError naming the file at fault."""
        self._gazetteer = Gazetteer.read(folder)
        self._weights = Weights.read(folder / "weights.yaml")
        self.version = version_of(folder)

    def regions(
        self,
        title: str,
        text: str,
        *,
        lang: str | None = None,
        source_region: str | None = None,
        source_country: str | None = None,
    ) -> tuple[RegionTag, ...]:
        """Return the regions that an item is about, the surest first; none when in doubt.

        `lang` is the text's language; the source's region and country only tell homonyms apart.
        """
        least = self._weights.threshold
        if source_region and not source_country:
            source_country = country(source_region)
        home = Home(lang, source_region, source_country)
        return tuple(tag for tag in self.candidates(title, text, home) if tag.probability >= least)

    def candidates(self, title: str, text: str, home: Home) -> list[RegionTag]:
        """Return every region that a name speaks for, with its probability, the surest first."""
        found, lines = self.features(title, text, home)
        tags = [
            RegionTag(code, self._weights.probability(line, home.language), _evidence(code, found))
            for code, line in lines.items()
        ]
        return sorted(tags, key=lambda tag: (-tag.probability, tag.code))

    def features(
        self, title: str, text: str, home: Home
    ) -> tuple[dict[str, Candidate], dict[str, dict[str, float]]]:
        """Return the codes that names speak for, and each one's features (for fitting)."""
        title, text = title[:LIMIT], text[:LIMIT]
        mentions = find("title", title, self._gazetteer) + find("text", text, self._gazetteer)
        resolve(mentions, self._gazetteer.rules, home)
        found = candidates(mentions)
        return found, features(found, len(text))


def _evidence(code: str, found: Mapping[str, Candidate]) -> tuple[Place, ...]:
    """Return the names behind a code, the weightiest first; else those of what it holds."""
    own = [_place(mention) for mention in found[code].mentions]
    if not own:
        held = (c for c in found.values() if code in ancestors(c.code) or code == WORLD)
        own = [_place(mention, "held") for c in held for mention in c.mentions]
    return tuple(sorted(own, key=lambda place: -place.weight)[:_MOST_EVIDENCE])


def _place(mention: Mention, reason: str = "") -> Place:
    values = {"rival": mention.rival, "why": mention.why} if mention.rival else {}
    if mention.context.standing is not Standing.PLACE:
        values["standing"] = mention.context.standing.value
    if reason:
        values["code"] = mention.place.code
    return Place(
        mention.field,
        mention.start,
        mention.end,
        mention.name,
        reason or mention.place.kind,
        values,
        round(mention.weight, 3),
    )
