"""The draft as a file that a person edits: YAML, written with its directions, read with care.

What is written reads back the same. Every fault is told at once, with its line and what to do;
comments that people add stay when newcomers are appended.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import LiteralScalarString

from veille.digest.draft import SECTIONS, Draft, Line
from veille.digest.draft_yaml import dump, load, not_yaml
from veille.digest.typography import inert
from veille.digest.weeks import monday_of
from veille.errors import ConfigError, UsageError
from veille.i18n import _

_KEEP = {"yes": True, "oui": True, "true": True, "no": False, "non": False, "false": False}
TOP = (
    "week", "number", "subject", "subject_en", "editorial", "editorial_en", "sections", "items",
)  # fmt: skip
ITEM = ("id", "keep", "section", "title", "note", "note_en", "deadline")


def write_draft(draft: Draft, facts: Mapping[str, str] = {}) -> str:
    """Return the file of a draft; `facts` tell of each item, by id, what a person wants to know."""
    top = CommentedMap()
    top["week"], top["number"] = draft.week, draft.number
    if draft.subject or draft.subject_en:
        top["subject"], top["subject_en"] = draft.subject, draft.subject_en
    top["editorial"] = _block(draft.editorial)
    top["editorial_en"] = _block(draft.editorial_en)
    top["sections"] = CommentedSeq(draft.sections)
    top["sections"].fa.set_flow_style()
    top["items"] = CommentedSeq()
    _append(top["items"], draft.lines, facts)
    top.yaml_set_start_comment(_directions(draft.week))
    for key, words in _remarks().items():
        if key not in top:
            continue
        top.yaml_set_comment_before_after_key(key, before=f"\n{words}")
    return dump(top)


def append_lines(text: str, lines: Sequence[Line], facts: Mapping[str, str] = {}) -> str:
    """Return the file with more items at its end; all that a person wrote stays as it is."""
    top = load(text)
    if not isinstance(top.get("items"), CommentedSeq):
        top["items"] = CommentedSeq()
    _append(top["items"], lines, facts)
    return dump(top)


def read_draft(text: str, name: str = "draft.yaml") -> Draft:
    """Return the draft that a file tells.

    Raises ConfigError with every fault, each with its line and what to do about it.
    """
    reader = _Reader(name)
    try:
        top = load(text)
    except MarkedYAMLError as error:
        raise ConfigError(
            _("{path} cannot be used:").format(path=name), (not_yaml(error),)
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(
            _("{path} cannot be used:").format(path=name), (" ".join(str(error).split()),)
        ) from None
    draft = reader.draft(top)
    if reader.faults:
        raise ConfigError(
            _("{path} cannot be used:").format(path=name),
            tuple(reader.faults),
            _("Mend it, then run the command again; nothing was changed."),
        )
    return draft


@dataclass(slots=True)
class _Reader:
    """Reads what a person wrote, and keeps its faults."""

    name: str
    faults: list[str] = field(default_factory=list)

    def draft(self, top: CommentedMap) -> Draft:
        self._known(top, TOP)
        return Draft(
            week=self._take(top, "week", _week, ""),
            number=self._take(top, "number", _number, 1),
            sections=self._sections(top),
            lines=self._lines(top),
            editorial=self._take(top, "editorial", _text, ""),
            editorial_en=self._take(top, "editorial_en", _text, ""),
            subject=self._take(top, "subject", _line, ""),
            subject_en=self._take(top, "subject_en", _line, ""),
        )

    def _sections(self, top: CommentedMap) -> tuple[str, ...]:
        named = self._take(top, "sections", _list, list(SECTIONS))
        found: dict[str, None] = {}
        for one in named:
            try:
                found[_section(one)] = None
            except _Wrong as wrong:
                self._fault(top, "sections", str(wrong))
        return (*found, *(one for one in SECTIONS if one not in found))

    def _lines(self, top: CommentedMap) -> tuple[Line, ...]:
        items = self._take(top, "items", _list, [])
        lines: dict[str, Line] = {}
        for number, item in enumerate(items):
            place = _line_of(items, number)
            if not isinstance(item, CommentedMap):
                self._tell(place, _("an item should hold « key: value » lines; copy one above"))
                continue
            line = self._line(item)
            if line.item_id in lines:
                self._tell(place, _("this item stands twice; delete one of the two"))
            elif line.item_id:
                lines[line.item_id] = line
        return tuple(lines.values())

    def _line(self, item: CommentedMap) -> Line:
        self._known(item, ITEM)
        for key in ("id", "keep", "section"):
            if item.get(key) is None:
                told = _("« {key}: » is missing; put it back, as in the other items")
                self._tell(item.lc.line + 1, told.format(key=key))
        return Line(
            item_id=self._take(item, "id", _text, ""),
            keep=self._take(item, "keep", _yes_or_no, False),
            section=self._take(item, "section", _section, SECTIONS[0]),
            title=self._take(item, "title", _text, ""),
            note=self._take(item, "note", _text, ""),
            note_en=self._take(item, "note_en", _text, ""),
            deadline=self._take(item, "deadline", _day, None),
        )

    def _known(self, found: CommentedMap, known: Sequence[str]) -> None:
        for key in found:
            if key not in known:
                told = _("« {key} » is not known here; there are: {known}")
                self._fault(found, key, told.format(key=key, known=", ".join(known)))

    def _take(self, found: CommentedMap, key: str, read: Callable[[Any], Any], default: Any) -> Any:  # noqa: ANN401 - what a file holds
        if found.get(key) is None:
            return default
        try:
            return read(found[key])
        except _Wrong as wrong:
            self._fault(found, key, str(wrong))
            return default

    def _fault(self, found: CommentedMap, key: object, words: str) -> None:
        self._tell(_line_of(found, key), words)

    def _tell(self, line: int, words: str) -> None:
        self.faults.append(_("line {line}: {words}").format(line=line, words=words))


class _Wrong(ValueError):
    """What a value should have been, in the reader's language."""


def _text(found: object) -> str:
    if isinstance(found, CommentedMap | CommentedSeq | list | dict):
        raise _Wrong(_("a text is wanted here; put it between double quotes"))
    return inert(str(found))


def _line(found: object) -> str:
    return " ".join(_text(found).split())


def _list(found: object) -> CommentedSeq:
    if not isinstance(found, CommentedSeq):
        raise _Wrong(_("a list is wanted here"))
    return found


def _number(found: object) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 1:
        raise _Wrong(_("« {found} » should be a whole number, 1 or more").format(found=found))
    return int(found)


def _week(found: object) -> str:
    try:
        monday_of(str(found))
    except UsageError as error:
        raise _Wrong(str(error)) from None
    return str(found)


def _yes_or_no(found: object) -> bool:
    answer = _KEEP.get(str(found).strip().lower())
    if answer is None:
        raise _Wrong(_("« keep: {found} » should be yes or no").format(found=found))
    return answer


def _section(found: object) -> str:
    if found not in SECTIONS:
        told = _("« {found} » is not a section; there are: {known}")
        raise _Wrong(told.format(found=found, known=", ".join(SECTIONS)))
    return str(found)


def _day(found: object) -> date | None:
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    try:
        return date.fromisoformat(str(found).strip())
    except ValueError:
        told = _("« {found} » should be a day, like 2026-12-04")
        raise _Wrong(told.format(found=found)) from None


def _line_of(found: CommentedMap | CommentedSeq, key: Any) -> int:  # noqa: ANN401 - any key
    """Return the line, from 1, on which a key or an item of a list stands."""
    try:
        is_map = isinstance(found, CommentedMap)
        place = found.lc.key(key) if is_map else found.lc.item(key)
        return int(place[0]) + 1
    except (KeyError, AttributeError, TypeError):
        return int(found.lc.line or 0) + 1


def _append(items: CommentedSeq, lines: Sequence[Line], facts: Mapping[str, str]) -> None:
    for line in lines:
        item = CommentedMap(id=line.item_id)
        item["keep"] = _("yes") if line.keep else _("no")
        item["section"], item["title"] = line.section, line.title
        item["note"] = _block(line.note)
        if line.note_en:
            item["note_en"] = _block(line.note_en)
        if line.deadline:
            item["deadline"] = line.deadline
        items.append(item)
        told = inert(facts.get(line.item_id, ""))
        items.yaml_set_comment_before_after_key(
            len(items) - 1, before=f"\n{told}".rstrip("\n") or "\n"
        )


def _block(text: str) -> str:
    """Return a text as a block of lines where it has several, else on its line."""
    return LiteralScalarString(text) if "\n" in text else text


def _directions(week: str) -> str:
    return _(
        "The draft of the bulletin of week {week}: yours to edit.\n"
        "  keep      yes or no: whether the item goes in\n"
        "  section   financial_engineering, governance, leadership, others, calls or events\n"
        "  title     as it will be read; note: what you say of it (note_en: in English)\n"
        "  deadline  of a call, or the day of an event: 2026-12-04\n"
        "Items are shown in this order, within their section. Several lines begin with |\n"
        "Look at it with « veille digest preview », then « veille digest approve »."
    ).format(week=week)


def _remarks() -> dict[str, str]:
    return {
        "subject": _("What the mail is announced by, after the number; empty for the first title."),
        "editorial": _("A word from the team at the head of the issue; empty for none."),
        "sections": _("The order of the sections."),
        "items": _("The items. What is not kept costs nothing: leave it."),
    }
