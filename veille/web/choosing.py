"""The choices that a form offers, and what is read of the one sent back. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from veille.digest.draft import DOMAINS
from veille.digest.view import section_name
from veille.i18n import _
from veille.subscribers.choices import Choices, Frequency, Known, Language

WHOLE = ("CA-QC", "CA", "FR", "BE", "EU", "INT")
"""Offered beside Québec's regions; a country stands for all that is within it."""

_LANGUAGE_NAMES = {Language.FR: "Français", Language.EN: "English"}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick; `hint` says what it is about, `lang` is that of a label of its own."""

    code: str
    label: str
    ticked: bool
    hint: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """All that can be chosen, with what is."""

    domains: tuple[Option, ...]
    quebec: tuple[Option, ...]
    elsewhere: tuple[Option, ...]
    languages: tuple[Option, ...]
    frequencies: tuple[Option, ...]


def offer(chosen: Choices, names: Mapping[str, str]) -> Offer:
    """Return the choices in the language in force; `names` are the regions' by code.

    Regions that somebody has and that are not usually offered are there too.
    """
    hints = {
        "financial_engineering": _("Funding, solidarity finance, collective real estate, impact"),
        "governance": _("Democracy in organisations, boards, commons, partnerships"),
        "leadership": _("Shared leadership, succession, mentoring, communities of practice"),
    }
    quebec = sorted(code for code in names if code.startswith("QC-"))
    own = [code for code in chosen.regions if code not in {*quebec, *WHOLE}]
    elsewhere = [code for code in (*WHOLE, *own) if code in names]
    labels = {**names, "CA-QC": _("Québec as a whole")}

    def regions(codes: Sequence[str]) -> tuple[Option, ...]:
        return tuple(Option(code, labels[code], code in chosen.regions) for code in codes)

    often = {Frequency.WEEKLY: _("Every week"), Frequency.MONTHLY: _("Once a month")}
    return Offer(
        domains=tuple(
            Option(code, section_name(code), code in chosen.domains, hints.get(code, ""))
            for code in DOMAINS
        ),
        quebec=regions(quebec),
        elsewhere=regions(elsewhere),
        languages=tuple(
            Option(code, name, code is chosen.language, lang=code)
            for code, name in _LANGUAGE_NAMES.items()
        ),
        frequencies=tuple(
            Option(code, name, code is chosen.frequency) for code, name in often.items()
        ),
    )


def read_choices(
    domains: Collection[str],
    regions: Collection[str],
    language: str,
    frequency: str,
    names: Mapping[str, str],
) -> Choices:
    """Return what a form says; raise ChoiceError for what it does not offer.

    All domains ticked are the same as none: whoever ticks them all wants what comes later too.
    """
    known = Known(frozenset(DOMAINS), frozenset(names))
    named = () if set(domains) == set(DOMAINS) else domains
    return Choices.of(named, regions, language, frequency, known=known)
