"""What an editor does to a draft, as pure decisions: from one draft to the next.

`draft_rewriting.py` has the file say what they come to. A stamp is a hash of what an editor had
before their eyes: it differs when somebody else changed it since.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from veille.digest.draft import Draft, Line
from veille.digest.typography import inert, inert_line
from veille.errors import UsageError
from veille.i18n import _
from veille.model import digest


@dataclass(frozen=True, slots=True)
class Words:
    """What an issue says for itself; `subject` is what its mail is announced by."""

    editorial: str = ""
    editorial_en: str = ""
    subject: str = ""
    subject_en: str = ""


def line_of(draft: Draft, item_id: str) -> Line:
    """Return the line of an item; raise UsageError when the draft has it no more."""
    for line in draft.lines:
        if line.item_id == item_id:
            return line
    raise UsageError(_("This item is not in the draft any more."), _("Somebody took it out."))


def kept(draft: Draft, item_id: str, keep: bool) -> Draft:
    """Return the draft with an item kept, or not."""
    return _with(draft, replace(line_of(draft, item_id), keep=keep))


def retold(draft: Draft, line: Line) -> Draft:
    """Return the draft with an item told anew: its title, notes, section and day."""
    before = line_of(draft, line.item_id)
    return _with(
        draft,
        replace(
            before,
            section=line.section,
            title=inert_line(line.title) or before.title,
            note=inert(line.note),
            note_en=inert(line.note_en),
            deadline=line.deadline,
        ),
    )


def worded(draft: Draft, words: Words) -> Draft:
    """Return the draft with other words around its items."""
    return replace(
        draft,
        editorial=inert(words.editorial),
        editorial_en=inert(words.editorial_en),
        subject=inert_line(words.subject),
        subject_en=inert_line(words.subject_en),
    )


def added(draft: Draft, lines: Iterable[Line]) -> Draft:
    """Return the draft with more items at its end, but those it has."""
    there = {line.item_id for line in draft.lines}
    return replace(draft, lines=(*draft.lines, *(one for one in lines if one.item_id not in there)))


def section_moved(draft: Draft, section: str, by: int) -> Draft:
    """Return the draft with a section some places further down, or up."""
    order = [one for one in draft.sections if one != section]
    place = max(0, draft.sections.index(section) + by)
    return replace(draft, sections=(*order[:place], section, *order[place:]))


def moved(draft: Draft, shown: Sequence[str], item_id: str, place: int) -> Draft:
    """Return the draft with an item at a place (from 0) among those `shown` with it, in this order.

    They take, in their new order, the places in the file that they held; all others stay.
    """
    line_of(draft, item_id)
    others = [one for one in shown if one != item_id]
    place = min(max(place, 0), len(others))
    order = iter([*others[:place], item_id, *others[place:]])
    by_id = {line.item_id: line for line in draft.lines}
    among = {*shown, item_id} & set(by_id)
    new = iter([one for one in order if one in among])
    lines = tuple(by_id[next(new)] if line.item_id in among else line for line in draft.lines)
    return replace(draft, lines=lines)


def beside(shown: Sequence[str], groups: Mapping[str, str | None], item_id: str, by: int) -> int:
    """Return the place that an item goes to for one step up (`by` -1) or down (1).

    Items of one region are shown together: from the edge of its region's, an item goes past the
    whole of the next region, and takes its own along.
    """
    here = shown.index(item_id)
    there = here + by
    if not 0 <= there < len(shown):
        return here
    group = groups.get(shown[there])
    if group == groups.get(item_id):
        return there
    same = [n for n, one in enumerate(shown) if groups.get(one) == group]
    return min(same) if by < 0 else max(same)


def stamp_of_line(line: Line) -> str:
    """Return the stamp of what is told of an item, whether it is kept aside."""
    return _stamp(astuple(replace(line, keep=False)))


def stamp_of_words(draft: Draft) -> str:
    """Return the stamp of the words around the items."""
    return _stamp((draft.editorial, draft.editorial_en, draft.subject, draft.subject_en))


def stamp_of_order(draft: Draft) -> str:
    """Return the stamp of which items are kept, under which sections, in which order."""
    return _stamp((draft.sections, *((line.item_id, line.section) for line in draft.kept)))


def _stamp(told: Sequence[object]) -> str:
    return digest(*map(str, told))[:16]


def _with(draft: Draft, line: Line) -> Draft:
    lines = tuple(line if one.item_id == line.item_id else one for one in draft.lines)
    return replace(draft, lines=lines)
