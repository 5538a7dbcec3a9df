"""Have a draft's file say another draft: only what differs is written, in its place. Pure.

Values are put where the old ones stood, and items are moved with the remarks above them; every
other line stays to the letter, whoever wrote it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.scalarstring import LiteralScalarString

from veille.digest.bare_text import quoted
from veille.digest.draft import Draft, Line
from veille.digest.draft_file import ITEM, TOP, append_lines, read_draft
from veille.digest.draft_yaml import composed, dump
from veille.errors import ConfigError, UsageError
from veille.i18n import _


def rewritten(text: str, wanted: Draft, facts: Mapping[str, str] = {}) -> str:
    """Return a draft's file that says `wanted`; its remarks and manners stay.

    `facts` tell of newcomers. Nothing is ever taken out. Raises ConfigError for a file that has
    faults, UsageError for one written in a way that cannot be changed so, items in braces, say.
    """
    before = read_draft(text)
    there = {line.item_id for line in before.lines}
    try:
        changed = _with_values(quoted(text), before, wanted)
        if new := [line for line in wanted.lines if line.item_id not in there]:
            changed = append_lines(changed, new, facts)
        changed = _in_order(changed, [line.item_id for line in wanted.lines])
        if read_draft(changed) == wanted and there <= {line.item_id for line in wanted.lines}:
            return changed
    except (YAMLError, ConfigError, ValueError, IndexError):
        pass  # told below
    raise UsageError(
        _("The draft is written in a way that this page cannot change."),
        _("Change it in the file, draft.yaml; nothing was changed."),
    )


@dataclass(frozen=True, slots=True)
class _Put:
    """Some text to stand between two places of the file, in stead of what does."""

    start: int
    end: int
    text: str


def _with_values(text: str, before: Draft, wanted: Draft) -> str:
    """Return the file with the values that differ written anew."""
    text = text if text.endswith("\n") else f"{text}\n"
    top = composed(text)
    puts = [*_changes(text, top, TOP, _top_values(before), _top_values(wanted))]
    lines = {line.item_id: line for line in before.lines}
    new = {line.item_id: line for line in wanted.lines}
    for item in _items(top):
        item_id = str(_child(item, "id")[1].value)
        if item_id in new and new[item_id] != lines[item_id]:
            puts += _changes(text, item, ITEM, _values(lines[item_id]), _values(new[item_id]))
    for put in sorted(puts, key=lambda put: put.start, reverse=True):
        text = text[: put.start] + put.text + text[put.end :]
    return text


def _top_values(draft: Draft) -> dict[str, Any]:
    sections = CommentedSeq(draft.sections)
    sections.fa.set_flow_style()
    return {
        "week": draft.week,
        "number": draft.number,
        "subject": draft.subject,
        "subject_en": draft.subject_en,
        "editorial": draft.editorial,
        "editorial_en": draft.editorial_en,
        "sections": sections,
    }


def _values(line: Line) -> dict[str, Any]:
    return {
        "keep": _("yes") if line.keep else _("no"),
        "section": line.section,
        "title": line.title,
        "note": line.note,
        "note_en": line.note_en,
        "deadline": line.deadline,
    }


def _changes(
    text: str,
    owner: MappingNode,
    order: Sequence[str],
    before: Mapping[str, Any],
    wanted: Mapping[str, Any],
) -> Iterator[_Put]:
    """Yield what is to be put where for those values of a mapping that differ."""
    there = {str(key.value) for key, _value in owner.value}
    for name, value in wanted.items():
        if value == before[name]:
            continue
        if name in there:
            yield _in_place(text, owner, name, value)
        else:
            known = [one for one in order[: order.index(name)] if one in there]
            yield _after(text, owner, known[-1], name, value)


def _in_place(text: str, owner: MappingNode, name: str, value: object) -> _Put:
    """Return what writes a value where the old one stands; a remark on its line stays there."""
    key, old = _child(owner, name)
    start, end = old.start_mark.index, _end(text, key, old)
    if start == end:  # « key: » and nothing
        start = end = text.index(":", key.end_mark.index) + 1
    if _is_block(old):
        head, sign, words = text[start : _line_end(text, start)].partition(" #")
        remark = f"{sign}{words}" if head else ""
    else:
        remark = text[end : _line_end(text, end)]
        end += len(remark)
    space = " " if text[start - 1] == ":" else ""
    first, newline, rest = _written(value, key.start_mark.column).partition("\n")
    return _Put(start, end, f"{space}{first}{remark}{newline}{rest}")


def _after(text: str, owner: MappingNode, before: str, name: str, value: object) -> _Put:
    """Return what adds a key with its value after another one."""
    key, old = _child(owner, before)
    place = _line_end(text, _end(text, key, old))
    indent = " " * key.start_mark.column
    written = _written(value, key.start_mark.column)
    return _Put(place, place, f"\n{indent}{name}: {written}")


def _end(text: str, key: Node, value: Node) -> int:
    """Return where a value ends: a block of text with its last line that is not blank."""
    if not _is_block(value):
        if isinstance(value, SequenceNode) and not value.flow_style:
            raise ValueError(key.value)
        return int(value.end_mark.index)
    end = _line_end(text, value.start_mark.index)
    place = end + 1
    while place < len(text):
        line = text[place : _line_end(text, place)]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= key.start_mark.column:
            break
        end = place + len(line) if line.strip() else end
        place += len(line) + 1
    return end


def _is_block(value: Node) -> bool:
    return isinstance(value, ScalarNode) and value.style in {"|", ">"}


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def _written(value: object, column: int) -> str:
    """Return a value as YAML, the lines of a block as far in as its key at this column asks."""
    if value is None or value == "":
        return "" if value is None else "''"
    shown: Any = value
    if isinstance(value, str) and "\n" in value:
        shown = LiteralScalarString(value)
    elif isinstance(value, date):
        return value.isoformat()
    told = dump(CommentedMap(k=shown)).removeprefix("k:").lstrip(" ").rstrip("\n")
    first, *rest = told.split("\n")
    return "\n".join([first, *(" " * column + one if one else "" for one in rest)])


def _in_order(text: str, order: Sequence[str]) -> str:
    """Return the file with its items in this order, each with the remarks above it."""
    items = _items(composed(text))
    ids = [str(_child(item, "id")[1].value) for item in items]
    if ids == list(order):
        return text
    lines = text.split("\n")
    starts = [_above(lines, _first(lines, item.start_mark.line)) for item in items]
    ends = [*starts[1:], _last(lines, items[-1])]
    of = {one: lines[s:e] for one, s, e in zip(ids, starts, ends, strict=True)}
    moved = [line for one in order for line in of[one]]
    return "\n".join([*lines[: starts[0]], *moved, *lines[ends[-1] :]])


def _first(lines: Sequence[str], line: int) -> int:
    """Return the line on which the dash of an item stands."""
    while not lines[line].lstrip().startswith("-"):
        line -= 1
    return line


def _above(lines: Sequence[str], line: int) -> int:
    """Return the first of the remarks and blank lines right above a line."""
    while line and (not lines[line - 1].strip() or lines[line - 1].startswith("#")):
        line -= 1
    return line


def _last(lines: Sequence[str], item: MappingNode) -> int:
    """Return the line after the last one of the last item; remarks below it stay below."""
    dash = _first(lines, item.start_mark.line)
    indent = len(lines[dash]) - len(lines[dash].lstrip())
    end = dash + 1
    for number in range(dash + 1, len(lines)):
        line = lines[number]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        end = number + 1 if line.strip() else end
    return end


def _items(top: MappingNode) -> list[MappingNode]:
    found = [value for key, value in top.value if key.value == "items"]
    return list(found[0].value) if found and isinstance(found[0], SequenceNode) else []


def _child(owner: MappingNode, name: str) -> tuple[Node, Node]:
    for key, value in owner.value:
        if key.value == name:
            return key, value
    raise ValueError(name)
