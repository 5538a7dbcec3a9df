"""Take an item out of all issues on disk, at its source's request.

The one thing that may change an approved issue: what was approved, and its hash, are told anew, and
the file keeps when that was and the hash before.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ruamel.yaml.error import YAMLError

from veille.bulletins.drafts import DRAFT
from veille.bulletins.forms import FORMS, rendered, write_forms
from veille.bulletins.place import Bulletins
from veille.bulletins.shelf import ISSUE, approved_issue, refreeze
from veille.bulletins.turns import one_hand
from veille.digest.withdrawing import draft_without, issue_without
from veille.errors import StoreError
from veille.files import write


@dataclass(frozen=True, slots=True)
class Cleared:
    """What an item was taken out of: drafts and issues by their week or month.

    `unread` are the files that could not be read: to be looked at by a person.
    """

    drafts: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    unread: tuple[Path, ...] = ()


def clear(bulletins: Bulletins, item_id: str, now: datetime, *, dry: bool = False) -> Cleared:
    """Take an item out of drafts, issues and what was rendered of them; say of which.

    Rendered files of approved issues are made anew; those of drafts go, a preview makes them.
    `dry` only says. Again, it changes nothing. Nobody else changes or approves an issue meanwhile.
    """
    with one_hand(bulletins):
        return _clear(bulletins, item_id, now, dry=dry)


def _clear(bulletins: Bulletins, item_id: str, now: datetime, *, dry: bool) -> Cleared:
    drafts, issues, unread = [], [], []
    for folder in sorted(path for path in bulletins.folder.glob("*") if path.is_dir()):
        try:
            is_drafted = _clear_draft(folder / DRAFT, item_id, dry=dry)
        except (YAMLError, ValueError):
            is_drafted = False
            unread.append(folder / DRAFT)
        try:
            is_told = _clear_issue(bulletins, folder, item_id, now, dry=dry)
        except StoreError:
            is_told = False
            unread.append(folder / ISSUE)
        drafts += [folder.name] * is_drafted
        issues += [folder.name] * is_told
        if not dry:
            _clear_forms(bulletins, folder, item_id, now)
    return Cleared(tuple(drafts), tuple(issues), tuple(unread))


def _clear_draft(path: Path, item_id: str, *, dry: bool) -> bool:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return False
    if item_id not in text:
        return False
    left = draft_without(text, item_id)
    if left != text and not dry:
        write(path, left)
    return left != text


def _clear_issue(
    bulletins: Bulletins, folder: Path, item_id: str, now: datetime, *, dry: bool
) -> bool:
    approved = approved_issue(bulletins, folder.name)
    if approved is None:
        return False
    left = issue_without(approved.issue, item_id)
    if left == approved.issue:
        return False
    if not dry:
        refreeze(bulletins, left, item_id, now)
    return True


def _clear_forms(bulletins: Bulletins, folder: Path, item_id: str, now: datetime) -> None:
    """Remove rendered files, of the whole issue or one audience, where any may tell of an item."""
    forms = [place / name for place in (folder, folder / "preview") for name in FORMS]
    forms = [path for path in forms if path.is_file()]
    if not any(item_id.encode() in path.read_bytes() for path in forms):
        return
    for path in forms:
        path.unlink()
    try:
        approved = approved_issue(bulletins, folder.name)
    except StoreError:
        return
    if approved:
        write_forms(folder, rendered(bulletins, approved.issue, now))
