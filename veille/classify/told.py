"""Judgements as JSON, as `veille classify` writes them."""

from typing import Any

from veille.model.judgement import Evidence, Judgement, Tag, Verdict


def as_json(document_id: str, judgement: Judgement) -> dict[str, Any]:
    """Return one line's object: see docs/cli.md."""
    relevant = judgement.relevant
    return {
        "id": document_id,
        "lang": judgement.language,
        "lang_probability": judgement.language_probability,
        "relevant": {
            "value": relevant.value,
            "probability": relevant.probability,
            "doubtful": relevant.doubtful,
            "evidence": [_evidence(one) for one in relevant.evidence],
        },
        "domains": [_verdict(one) for one in judgement.domains],
        "regions": [_tag(one, "code") for one in judgement.regions],
        "themes": [_tag(one, "id") for one in judgement.themes],
        "item_type": None if judgement.item_type is None else _tag(judgement.item_type, "id"),
        "axis": None if judgement.axis is None else _tag(judgement.axis, "id"),
        "probabilities": {one.label: one.probability for one in judgement.verdicts},
        "doubtful": judgement.doubtful,
        "model_version": judgement.model_version,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.label,
        "probability": verdict.probability,
        "doubtful": verdict.doubtful,
        "evidence": [_evidence(one) for one in verdict.evidence],
    }


def _tag(tag: Tag, name: str) -> dict[str, Any]:
    return {
        name: tag.id,
        "probability": round(tag.probability, 4),
        "evidence": [_evidence(one) for one in tag.evidence],
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": one.kind, "words": one.words}
    if one.label:
        told["label"] = one.label
    told["contribution"] = round(one.contribution, 3)
    if one.part is not None:
        told |= {"in": one.part, "start": one.start, "end": one.end, "count": one.count}
    if one.notes:
        told["notes"] = dict(one.notes)
    return told
