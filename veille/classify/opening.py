"""A workspace's judge, opened: fitted model, vocabulary and gazetteer, from files."""

from pathlib import Path

from veille.classify.judge import Judge
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
    return Judge(model, lexicon, RegionTagger(models / "regions"))
