"""A workspace's judge, opened: fitted model, vocabulary and gazetteer, from files."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from veille.classify.judge import Judge
from veille.classify.regions.tables import version_of
from veille.classify.regions.tagger import RegionTagger
from veille.classify.storage import load_or_fit
from veille.classify.training import Tell


def _unheard(_stage: str, _done: int, _total: int) -> None:
    pass


def open_judge(models: Path, var: Path, tell: Tell = _unheard) -> Judge:
    """Return what judges a workspace's documents; fitted first when nothing fitted fits its files.

    `models` is the workspace's folder of that name, `var` its folder of state; `tell` hears of the
    fitting's progress. Sentence vectors are loaded at the first document, not here.
    """
    model, lexicon = load_or_fit(models, var, tell)
    regions = models / "regions"
    return Judge(model, lexicon, _tagger(_Tables(version_of(regions), regions)))


@dataclass(frozen=True, slots=True)
class _Tables:
    """A folder of tables, the same as any other that holds the same."""

    version: str
    folder: Path = field(compare=False)


@lru_cache(maxsize=1)
def _tagger(tables: _Tables) -> RegionTagger:
    """Return what was made of these very tables, if this process made it already."""
    return RegionTagger(tables.folder)
