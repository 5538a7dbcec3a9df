"""Regions as a judgement has them: the tagger behind `veille.classify.judge.Places`."""

import math
from dataclasses import dataclass
from pathlib import Path

from veille.classify.documents import Document
from veille.classify.regions.tagger import Place, RegionTag, RegionTagger
from veille.model.judgement import Evidence, Kind, Part, Tag


@dataclass(frozen=True, slots=True)
class GazetteerPlaces:
    """Tells which regions a document is about, by the gazetteer."""

    tagger: RegionTagger

    @classmethod
    def read(cls, folder: Path) -> "GazetteerPlaces":
        """Read `models/regions`. Raises ConfigError naming the file at fault."""
        return cls(RegionTagger(folder))

    @property
    def version(self) -> str:
        """Name the tables, rules and weights that judge."""
        return self.tagger.version

    def regions(self, document: Document, language: str | None) -> tuple[Tag, ...]:
        """Return region codes with their probability and evidence, the surest first."""
        tags = self.tagger.regions(
            document.title,
            document.text,
            lang=language,
            source_region=document.source_region or None,
        )
        return tuple(_tag(tag) for tag in tags)


def _tag(tag: RegionTag) -> Tag:
    """Share the tag's log-odds (above one in twenty) among its names, by their weights."""
    score = max(0.0, math.log(tag.probability / (1 - tag.probability)) + 3)
    whole = sum(place.weight for place in tag.evidence) or 1.0
    evidence = (_evidence(place, score * place.weight / whole) for place in tag.evidence)
    return Tag(tag.code, round(tag.probability, 4), tuple(evidence))


def _evidence(place: Place, contribution: float) -> Evidence:
    """`label` says how the name was read: `municipality why=neighbours rival=FR-PDL`."""
    label = " ".join((place.reason, *(f"{name}={value}" for name, value in place.values.items())))
    return Evidence(
        Kind.PLACE,
        place.name,
        label,
        round(contribution, 3),
        Part(place.field),
        place.start,
        place.end,
    )
