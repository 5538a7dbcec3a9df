"""Drafts on disk: their text, what it tells, and the items that the catalogue has for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache

from veille.bulletins.place import Bulletins
from veille.digest.decided import decided_over
from veille.digest.draft import KINDS, OPEN_CALLS, Draft, Line, deadline_of
from veille.digest.draft_file import read_draft
from veille.digest.typography import inert_line, spoken_day
from veille.digest.weeks import period
from veille.errors import ConfigError, UsageError
from veille.i18n import _, language
from veille.model import digest_bytes
from veille.model.bulletin import Candidate
from veille.store.catalogue import OPEN, TEAM
from veille.store.catalogue.candidates import candidates

DRAFT = "draft.yaml"


def load_draft(bulletins: Bulletins, week: str) -> Draft:
    """Return a week's draft; raise ConfigError with every fault, UsageError when there is none."""
    return draft_in(bulletins, week, draft_text(bulletins, week))


def draft_text(bulletins: Bulletins, week: str) -> str:
    """Return a week's draft as it is written; raise as `load_draft`."""
    path = bulletins.folder / week / DRAFT
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(
            _("There is no draft of week {week}.").format(week=week),
            _("« veille digest build » composes it."),
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            _("{path} is not text in UTF-8 (byte {at}).").format(path=path, at=error.start)
        ) from None


def draft_in(bulletins: Bulletins, week: str, text: str) -> Draft:
    """Return the draft that the text of a week's file tells; raise ConfigError with its faults."""
    path = bulletins.folder / week / DRAFT
    draft = _read(text, str(path))
    if draft.week != week:
        raise ConfigError(
            _("{path} cannot be used:").format(path=path),
            (
                _("it says week {found}, in the folder of {week}").format(
                    found=draft.week, week=week
                ),
            ),
        )
    return draft


@lru_cache(maxsize=16)
def _read(text: str, name: str) -> Draft:
    """Return what a file tells, read once while it says the same: 45 items take 0.1 s."""
    return read_draft(text, name)


def stamp_of(text: str) -> str:
    """Return the stamp of a draft's file: another one as soon as anything in it is changed."""
    return digest_bytes(text.encode())[:16]


def offered(
    bulletins: Bulletins, week: str, wanted: Collection[str], *, texts: bool = True
) -> list[Candidate]:
    """Return these items as candidates, whatever their day, and nothing else: see `candidates`."""
    first, _last = period(week, bulletins.settings.digest.days)
    root = bulletins.catalogue
    with bulletins.lend(root, TEAM) as team, bulletins.lend(root, OPEN) as shown:
        before = first - timedelta(days=1)  # no day at all
        found = candidates(
            team, shown, first, before, bulletins.excerpts, wanted=wanted, texts=texts
        )
    return _as_decided(bulletins, found)


def candidates_of(bulletins: Bulletins, week: str, wanted: Collection[str]) -> list[Candidate]:
    """Return all that a week's issue is chosen from, and these items whatever their day."""
    first, last = period(week, bulletins.settings.digest.days)
    root = bulletins.catalogue
    with bulletins.lend(root, TEAM) as team, bulletins.lend(root, OPEN) as shown:
        found = candidates(
            team,
            shown,
            first,
            last,
            bulletins.excerpts,
            calls=KINDS,
            calls_since=first - OPEN_CALLS,
            wanted=wanted,
        )
    return _as_decided(bulletins, found)


def _as_decided(bulletins: Bulletins, found: Sequence[Candidate]) -> list[Candidate]:
    return decided_over(found, bulletins.decided([one.item.item_id for one in found]))


def facts_of(
    bulletins: Bulletins, found: Sequence[Candidate], lines: Sequence[Line]
) -> dict[str, str]:
    """Return what a person wants to know of each item, by its id, in the language in force."""
    wanted = {line.item_id for line in lines}
    names = bulletins.names(language())
    return {one.item.item_id: _fact(one, names) for one in found if one.item.item_id in wanted}


def _fact(one: Candidate, names: Mapping[str, str]) -> str:
    sure = _("{n} % sure").format(n=round(100 * one.item.relevance))
    places = ", ".join(names.get(code, code) for code in one.regions)
    doubt = _("to be checked") if one.item.doubtful else ""
    day = spoken_day(one.day, language())
    told = " · ".join(word for word in (one.source, day, places, sure, doubt) if word)
    lines = [told, one.item.url]
    if found := deadline_of(one):
        year = _(", without a year: check it") if found.completed else ""
        lines.append(
            _("Date found in the text: « {words} »{year}").format(words=found.words, year=year)
        )
    return "\n".join(map(inert_line, lines))
