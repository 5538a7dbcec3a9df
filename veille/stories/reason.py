"""Why items are one story, in a sentence in the reader's language."""

from collections.abc import Sequence
from functools import reduce

from veille.i18n import _, _n
from veille.model.story import Kind, Link


def reason(ties: Sequence[Link], *, by_hand: bool = False) -> str:
    """Say what holds a story together, or ties one member to it.

    `ties` in order of strength; `by_hand` when a person put items together. Empty for a story of
    one item.
    """
    shares = sorted(tie.share for tie in ties if tie.kind is Kind.COPY)
    events = [tie for tie in ties if tie.kind is Kind.EVENT]
    translations = [tie for tie in ties if tie.kind is Kind.TRANSLATION]
    parts = [_("put together by a person")] if by_hand else []
    parts += [_copied(shares[0], shares[-1])] if shares else []
    parts += [_told(events[0])] if events else []
    parts += [_translated(translations[0])] if translations else []
    return reduce(_joined, parts) if parts else ""


def _joined(first: str, then: str) -> str:
    return _("{first}; {then}").format(first=first, then=then)


def _copied(least: float, most: float) -> str:
    low, high = round(100 * least), round(100 * most)
    if low == high:
        return _("{share} % of the text in common").format(share=low)
    return _("{low} to {high} % of the text in common").format(low=low, high=high)


def _told(tie: Link) -> str:
    if tie.days == 0:
        told = _("same event, told on the same day: {facts}")
    else:
        told = _n(
            "same event, told a day apart: {facts}",
            "same event, told {days} days apart: {facts}",
            tie.days,
        )
    return told.format(days=tie.days, facts=_facts(tie))


def _translated(tie: Link) -> str:
    return _("same event, told in another language: {facts}").format(facts=_facts(tie))


def _facts(tie: Link) -> str:
    return _n("{names} and {count} figure", "{names} and {count} figures", tie.numbers).format(
        names=", ".join(tie.names), count=tie.numbers
    )
