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


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that a workspace's models know; empty when they are not to be had."""

    domains: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


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
        known: Known | None = None,
    ) -> Self:
        """Return these choices, checked against the codes that the workspace knows, if given.

        Raises ChoiceError that names one which cannot be.
        """
        if language not in set(Language):
            raise _unknown(language, list(Language))
        if frequency not in set(Frequency):
            raise _unknown(frequency, list(Frequency))
        known = known or Known()
        return cls(
            _set(domains, _DOMAIN, known.domains),
            _set(regions, _REGION, known.regions),
            Language(language),
            Frequency(frequency),
        )


def _set(codes: Iterable[str], form: re.Pattern[str], known: frozenset[str]) -> tuple[str, ...]:
    named = tuple(sorted(set(codes)))
    for code in named:
        if not form.fullmatch(code) or (known and code not in known):
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
