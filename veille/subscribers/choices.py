"""What a subscriber chooses: domains, regions, language, frequency."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from veille.errors import ChoiceError
from veille.i18n import _

_DOMAIN = re.compile(r"[a-z][a-z0-9_]{0,39}")
_REGION = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")
_MOST = 100
"""Domains, or regions, that one person may name."""


class Language(StrEnum):
    """Language of an edition."""

    FR = "fr"
    EN = "en"


class Frequency(StrEnum):
    """How often a person is written to."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, order=True)
class Choices:
    """One person's edition. No domain named means all of them, and so with regions.

    Made by `of`, domains and regions are sorted and each is there once: what is chosen alike is
    equal.
    """

    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    language: Language = Language.FR
    frequency: Frequency = Frequency.WEEKLY

    @classmethod
    def of(
        cls,
        domains: Iterable[str] = (),
        regions: Iterable[str] = (),
        language: str = Language.FR,
        frequency: str = Frequency.WEEKLY,
        *,
        known_domains: Iterable[str] | None = None,
    ) -> Self:
        """Return these choices, checked; domains against those that the workspace knows, if given.

        Raises ChoiceError that names the first one which cannot be.
        """
        named = _set(domains, _DOMAIN)
        if known_domains is not None:
            for stray in set(named) - set(known_domains):
                raise _unknown(stray, sorted(known_domains))
        if language not in set(Language):
            raise _unknown(language, list(Language))
        if frequency not in set(Frequency):
            raise _unknown(frequency, list(Frequency))
        return cls(named, _set(regions, _REGION), Language(language), Frequency(frequency))


def _set(codes: Iterable[str], form: re.Pattern[str]) -> tuple[str, ...]:
    named = tuple(sorted(set(codes)))
    for code in named:
        if not form.fullmatch(code):
            raise ChoiceError(_("« {code} » is not a domain or a region.").format(code=code[:40]))
    if len(named) > _MOST:
        raise ChoiceError(_("{n} domains or regions are too many.").format(n=len(named)))
    return named


def _unknown(found: str, expected: Iterable[str]) -> ChoiceError:
    return ChoiceError(
        _("« {found} » is not one of {expected}").format(
            found=found[:40], expected=", ".join(expected)
        )
    )
