"""A judgement in a few sentences that anyone understands, in the language in force."""

from collections.abc import Iterable, Mapping, Sequence

from veille.classify.recipe import RELEVANT
from veille.folding import fold
from veille.i18n import _
from veille.model.judgement import Evidence, Judgement, Kind, Part, Tag, Verdict

_MOST = 3  # reasons told for one tag


def domain_name(domain: str) -> str:
    """Return what people call a domain; its id when it is one of a workspace's own."""
    names = {
        "financial_engineering": _("Financial engineering"),
        "governance": _("Governance"),
        "leadership": _("Leadership"),
    }
    return names.get(domain, domain)


def axis_name(axis: str) -> str:
    """Return what people call an axis of the watch."""
    names = {
        "emerging_quebec": _("emerging initiatives in Québec"),
        "innovation_clusters": _("clusters of innovation"),
        "international_practices": _("promising practices elsewhere"),
    }
    return names.get(axis, axis)


def how_sure(probability: float, *, said: bool = True) -> str:
    """Return how sure the model is of what it said of a label: that it holds, or does not."""
    return _("{percent} sure").format(percent=percent(probability if said else 1 - probability))


def percent(probability: float) -> str:
    """Return a probability as people read it: never 0 or 100 %, for nothing here is certain."""
    return _("{n} %").format(n=max(1, min(99, round(100 * probability))))


def explain(judgement: Judgement, regions: Mapping[str, str] | None = None) -> str:
    """Return why a document is tagged as it is: one sentence for each tag, one a line.

    `regions` has the names of regions by their codes; without it they are told by code.
    """
    lines = [_relevance(judgement.relevant)]
    lines += [_domain(verdict) for verdict in judgement.domains]
    if judgement.relevant.value and not judgement.domains:
        lines.append(_("No domain stands out."))
    lines += [_region(tag, regions or {}) for tag in judgement.regions]
    if judgement.axis is not None:
        lines.append(_("Axis of the watch: {axis}.").format(axis=axis_name(judgement.axis.id)))
    if judgement.doubtful:
        lines.append(_("The machine is not sure of all its tags: someone should read it."))
    if judgement.language is None:
        lines.append(_("Its language is not known; only known words and places were counted."))
    return "\n".join(lines)


def _relevance(verdict: Verdict) -> str:
    sentence = (
        _("Kept for the watch ({sure}){because}.")
        if verdict.value
        else _("Left out of the watch ({sure}){because}.")
    )
    sure = how_sure(verdict.probability, said=verdict.value)
    return sentence.format(sure=sure, because=_because(verdict))


def _domain(verdict: Verdict) -> str:
    return _("{name} ({sure}){because}.").format(
        name=domain_name(verdict.label),
        sure=how_sure(verdict.probability),
        because=_because(verdict),
    )


def _region(tag: Tag, names: Mapping[str, str]) -> str:
    code = f"{names[tag.id]} ({tag.id})" if tag.id in names else tag.id
    places = _distinct(one for one in tag.evidence if one.words)[:_MOST]
    if not places:
        return _("Region {code}.").format(code=code)
    told = ", ".join(map(_place, places))
    return _("Region {code}, for it names {names}.").format(code=code, names=told)


def _place(place: Evidence) -> str:
    """Return a place's name and, where there are several of that name, why this one."""
    why = {
        "article": _("by the words before it"),
        "qualifier": _("by the words beside it"),
        "neighbours": _("by the other places named"),
        "source": _("by where its source is"),
        "language": _("by the text’s language"),
        "size": _("the largest of that name"),
    }.get(place.notes.get("why", ""))
    return f"« {place.words} » ({why})" if why else f"« {place.words} »"


def _because(verdict: Verdict) -> str:
    """Return the clause that gives the reasons which decided, words first; empty without any."""
    way = 1 if verdict.value else -1
    reasons = [one for one in verdict.evidence if one.contribution * way > 0]
    concepts = (one for one in reasons if one.kind is Kind.CONCEPT)
    at_one_place = {(one.part, one.start): one for one in concepts}
    words = _distinct(at_one_place.values())[:_MOST]
    if words:
        listed = _listed(words)
        if verdict.value or verdict.label != RELEVANT:
            return _(": it speaks of {words}").format(words=listed)
        return _(": it speaks rather of {words}").format(words=listed)
    if any(one.kind is Kind.PASSAGE for one in reasons):
        return _(": its passages resemble those of known examples")
    return "" if verdict.value else _(": nothing in it names the field")


def _distinct(found: Iterable[Evidence]) -> list[Evidence]:
    """Return evidence with each wording once, the strongest."""
    first: dict[str, Evidence] = {}
    for one in found:
        first.setdefault(fold(one.words), one)
    return list(first.values())


def _listed(words: Sequence[Evidence]) -> str:
    return ", ".join(_one(word) for word in words)


def _one(word: Evidence) -> str:
    where = _("in the title") if word.part is Part.TITLE else ""
    times = _("{n} times").format(n=word.count) if word.count > 1 else ""
    notes: Iterable[str] = (note for note in (where, times) if note)
    told = ", ".join(notes)
    return f"« {word.words} » ({told})" if told else f"« {word.words} »"
