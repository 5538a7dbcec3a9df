"""What codes are called by people: domains, themes, kinds of document, axes and regions."""

from collections.abc import Iterator
from pathlib import Path

from veille.classify.lexicon import facet_labels
from veille.classify.regions.hierarchy import ancestors
from veille.classify.regions.names import region_names
from veille.model.published import Label


def labels(models: Path) -> Iterator[Label]:
    """Yield the names that a workspace's folder `models` gives; a region's with what it is part of.

    Raises ConfigError naming the file at fault.
    """
    yield from facet_labels(models / "vocabulary.yaml")
    for code, name in region_names(models / "regions").items():
        yield Label("region", code, name, next(iter(ancestors(code)), None))
