"""A document in, a judgement out: language, relevance, domains, regions, facets, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from veille.classify.documents import Document, Whole, whole_of
from veille.classify.domain_model import DomainModel, Floats, pooled
from veille.classify.evidence import chosen, reasons
from veille.classify.facets import Facets
from veille.classify.features import Reading, features, read
from veille.classify.language import language_of
from veille.classify.lexicon import Lexicon
from veille.classify.prevalence import shifted
from veille.classify.regions.tagger import Place, RegionTag, RegionTagger
from veille.classify.vectors import encode
from veille.classify.vocabulary import FIELD
from veille.classify.windows import Window, windows_of
from veille.model.judgement import Evidence, Judgement, Kind, Part, Tag, Verdict


@dataclass(frozen=True, slots=True)
class Judge:
    """Everything needed to judge; `places` may be absent, then no region is given."""

    model: DomainModel
    lexicon: Lexicon
    places: RegionTagger | None = None
    encoder: Callable[[Sequence[str]], Floats] = encode

    @property
    def version(self) -> str:
        """Name what judges, fitted model and gazetteer."""
        return f"{self.model.version}+{self.places.version}" if self.places else self.model.version

    def judge(self, document: Document) -> Judgement:
        """Judge one document. Whatever its text holds, there is an answer, unknown included."""
        whole = whole_of(document)
        language = language_of(document.title, document.text, document.lang)
        reading = read(whole, self.lexicon.concepts)
        known = language.code is not None or any(
            one.concept.group == FIELD for one in reading.spots
        )
        relevant, *verdicts = self._verdicts(document, whole, reading, known=known)
        facets = Facets(whole, self.lexicon.facets, document.url)
        regions = self._regions(document, language.code)
        return Judgement(
            model_version=self.version,
            language=language.code,
            language_probability=round(language.probability, 4),
            relevant=relevant,
            verdicts=tuple(verdicts),
            regions=regions,
            themes=facets.themes() if relevant.value else (),
            item_type=facets.item_type(),
            axis=facets.axis((one.id for one in regions), relevant=relevant.value),
        )

    def _regions(self, document: Document, language: str | None) -> tuple[Tag, ...]:
        if self.places is None:
            return ()
        found = self.places.regions(
            document.title,
            document.text,
            lang=language,
            source_region=document.source_region or None,
        )
        return tuple(_tag(document, one) for one in found)

    def _verdicts(
        self, document: Document, whole: Whole, reading: Reading, *, known: bool
    ) -> tuple[Verdict, ...]:
        """Answer each label, relevance first; a document that is not relevant has no domain.

        What is in no known language and names nothing of the field is not judged: a person is
        asked, and until then it is left out.
        """
        model = self.model
        windows, vectors = self._meaning(document)
        row = features(reading.spots, reading.words, model.groups)
        scores = model.scores(row, None if vectors is None else pooled(vectors))
        why = reasons(model, whole, reading, windows, vectors)
        verdicts: list[Verdict] = []
        for label, score in zip(model.labels, scores, strict=True):
            asked = known and (not verdicts or verdicts[0].value)
            verdicts.append(self._verdict(label, float(score), why[label], asked=asked))
        first = verdicts[0] if known else replace(verdicts[0], doubtful=True)
        return first, *verdicts[1:]

    def _verdict(
        self, label: str, score: float, why: Sequence[Evidence], *, asked: bool
    ) -> Verdict:
        """Answer one label; what is not asked is no, and its probability stays below the cut."""
        cut = self.model.recipe.calibration_of(label).cut
        probability = self._probability(label, score)
        value = asked and probability >= cut
        return Verdict(
            label,
            value,
            round(probability if asked else min(probability, 0.99 * cut), 4),
            asked and self.model.recipe.costs_of(label).doubtful(probability),
            chosen(why, value=value),
        )

    def _probability(self, label: str, score: float) -> float:
        """Return the probability that a score stands for in this watch's flow."""
        recipe = self.model.recipe
        probability = self.model.probability(label, score)
        actual = recipe.prevalence.get(label)
        if actual is None:
            return probability
        return shifted(probability, recipe.calibration_of(label).share, actual)

    def _meaning(self, document: Document) -> tuple[Sequence[Window], Floats | None]:
        """Return a document's windows and their vectors; none when the model does not use them."""
        if self.model.vectors is None:
            return (), None
        windows = windows_of(document)
        texts = [window.words for window in windows]
        vectors = self.encoder(texts)
        return (windows, vectors) if np.any(vectors) else ((), None)


def _tag(document: Document, found: RegionTag) -> Tag:
    """Return a region's tag in the words of a judgement."""
    places = tuple(_place(document, one) for one in found.evidence)
    return Tag(found.code, round(found.probability, 4), places)


def _place(document: Document, place: Place) -> Evidence:
    part = Part(place.field)
    whole = document.title if part is Part.TITLE else document.text
    return Evidence(
        Kind.PLACE,
        whole[place.start : place.end],
        place.name,
        place.weight,
        part,
        place.start,
        place.end,
        notes={"kind": place.reason, **place.values},
    )
