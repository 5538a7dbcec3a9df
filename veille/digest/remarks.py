"""What an editor should look at before an issue goes: what is at fault, missing, or past. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from veille.digest.draft import DOMAINS, Draft, Line, deadline_of
from veille.digest.typography import spoken_day
from veille.digest.view import section_name
from veille.i18n import _, _n, language
from veille.model.bulletin import Candidate
from veille.settings.digest import DigestSettings

LONG_TITLE = 160
LONG_NOTE = 700
"""Signs beyond which a title or a note is long: a note of 700 is a minute's reading."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at, in words; `is_fault` keeps the issue from leaving as it is.

    `item_id` is that of the item it is about, if it is about one.
    """

    told: str
    item_id: str = ""
    is_fault: bool = False


def remarks(
    draft: Draft,
    found: Mapping[str, Candidate],
    lost: Collection[str],
    settings: DigestSettings,
    *,
    today: date,
    names: Mapping[str, str],
) -> list[Remark]:
    """Return what to look at in a draft, the whole first, then item by item in its order.

    `found` are its items as the catalogue has them, `lost` those kept in vain, `names` are those of
    the regions.
    """
    told = [line for line in draft.kept if line.item_id not in lost]
    each = [one for line in draft.kept for one in _of_line(line, found, lost, today)]
    return [
        *_of_length(told, settings),
        *_of_domains(told, found),
        *_of_regions(draft, told, found, names),
        *_of_english(draft, told),
        *each,
    ]


def _of_length(told: list[Line], settings: DigestSettings) -> Iterator[Remark]:
    if not told:
        yield Remark(_("Nothing is kept: there would be nothing to send."), is_fault=True)
    if len(told) > settings.cap:
        words = _("{n} items are kept; this workspace proposes {cap} at most.")
        yield Remark(words.format(n=len(told), cap=settings.cap))


def _of_domains(told: list[Line], found: Mapping[str, Candidate]) -> Iterator[Remark]:
    there = {line.section for line in told}
    for line in told:
        if one := found.get(line.item_id):
            there.update(one.domains)
    for domain in DOMAINS:
        if told and domain not in there:
            words = _("Nothing on “{domain}”: whoever follows it alone would receive nothing.")
            yield Remark(words.format(domain=section_name(domain)))


def _of_regions(
    draft: Draft, told: list[Line], found: Mapping[str, Candidate], names: Mapping[str, str]
) -> Iterator[Remark]:
    """Yield the regions of Québec that the items in reserve are about, and none of those told."""
    there = _regions(told, found)
    offered = {one: item for one, item in found.items() if not item.refused}
    lacking = _regions(draft.lines, offered) - there
    if told and lacking:
        shown = ", ".join(names.get(code, code) for code in sorted(lacking))
        words = _("Only among the items in reserve: {regions}.")
        yield Remark(words.format(regions=shown))


def _regions(lines: Collection[Line], found: Mapping[str, Candidate]) -> set[str]:
    return {
        code
        for line in lines
        if (one := found.get(line.item_id))
        for code in one.regions
        if code.startswith("QC-")
    }


def _of_english(draft: Draft, told: list[Line]) -> Iterator[Remark]:
    notes = sum(bool(line.note and not line.note_en) for line in told)
    if draft.editorial and not draft.editorial_en:
        yield Remark(_("The word from the team is not in English: that edition shows the French."))
    if notes and any(line.note_en for line in told):
        words = _n("{n} note is not in English.", "{n} notes are not in English.", notes)
        yield Remark(words.format(n=notes))


def _of_line(
    line: Line, found: Mapping[str, Candidate], lost: Collection[str], today: date
) -> Iterator[Remark]:
    one = found.get(line.item_id)
    if one and one.refused:
        yield Remark(_("It will not be in: a person set it aside since."), line.item_id)
        return
    if line.item_id in lost:
        words = (
            _("It will not be in: an earlier issue, or another item here, tells this story.")
            if one
            else _("It will not be in: the catalogue does not hold it any more.")
        )
        yield Remark(words, line.item_id)
        return
    if line.deadline and line.deadline < today:
        said = spoken_day(line.deadline, language(), year=True)
        yield Remark(_("Its day is past: {day}.").format(day=said), line.item_id)
    elif one and (day := deadline_of(one)) and day.completed and day.on == line.deadline:
        words = _("Its text says “{words}” without a year: check it.")
        yield Remark(words.format(words=day.words), line.item_id)
    if one and one.item.doubtful:
        yield Remark(_("The model is in doubt about it, and nobody decided."), line.item_id)
    if len(line.title) > LONG_TITLE:
        yield Remark(_("Its title is long."), line.item_id)
    if max(len(line.note), len(line.note_en)) > LONG_NOTE:
        yield Remark(_("Its note is long."), line.item_id)
