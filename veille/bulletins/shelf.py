"""Approved issues: frozen in a file with a hash of what was approved, read back only whole."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from veille.bulletins.place import Bulletins
from veille.errors import StoreError, UsageError
from veille.files import write, write_once
from veille.i18n import _
from veille.model.bulletin import Approved, Issue

ISSUE = "issue.json"
_SCHEMA = 1
_NAME = re.compile(r"\d{4}-(W\d\d|\d\d)")
_FORM = TypeAdapter(Approved)
_LATER = ("subject", "subject_en")


def approved_issue(bulletins: Bulletins, name: str) -> Approved | None:
    """Return an approved issue, or None; raise StoreError where it was changed since."""
    if not _NAME.fullmatch(name):
        return None
    path = bulletins.folder / name / ISSUE
    try:
        told = json.loads(path.read_bytes())
        frozen = _FORM.validate_python(told["approved"], strict=False)
        if told["hash"] == _hash(frozen) and frozen.issue.name == name:  # not another's, copied
            return frozen
    except FileNotFoundError:
        return None
    except (ValueError, ValidationError, KeyError, TypeError) as error:
        problem = type(error).__name__
    else:
        problem = _("its hash does not match")
    raise StoreError(
        _("{path} was changed after approval ({problem}).").format(path=path, problem=problem),
        _("Take it back from a backup; an approved issue is not edited."),
    )


def archive(bulletins: Bulletins, *, months: bool = False) -> list[Approved]:
    """Return the approved issues, newest first: the weeks', or the months'."""
    names = [path.parent.name for path in bulletins.folder.glob(f"*/{ISSUE}")]
    chosen = sorted((name for name in names if ("W" not in name) == months), reverse=True)
    return [one for name in chosen if (one := approved_issue(bulletins, name))]


def refuse_approved(bulletins: Bulletins, week: str) -> None:
    """Raise UsageError when a week's issue was approved."""
    if approved := approved_issue(bulletins, week):
        day = approved.at.astimezone(bulletins.settings.zone).date()
        raise UsageError(
            _("The issue of week {week} was approved by {by} on {day}: it cannot change.").format(
                week=week, by=approved.by, day=day.isoformat()
            ),
            _("What comes in from now on is for the next one."),
        )


def freeze(bulletins: Bulletins, approved: Approved) -> None:
    """Write an issue for good: of two hands that approve at once, one does."""
    path = bulletins.folder / approved.issue.name / ISSUE
    told = {"schema": _SCHEMA, "hash": _hash(approved), "approved": _plain(approved)}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    try:
        write_once(path, text)
    except FileExistsError:
        refuse_approved(bulletins, approved.issue.name)


def refreeze(bulletins: Bulletins, left: Issue, item_id: str, at: datetime) -> None:
    """Write what is left of an approved issue from which an item was withdrawn, by whom and when it
    was approved as before; the file tells when it was changed, and from which hash.
    """
    path = bulletins.folder / left.name / ISSUE
    before = json.loads(path.read_bytes())
    approved = replace(_FORM.validate_python(before["approved"], strict=False), issue=left)
    change = {"item_id": item_id, "at": at.isoformat(), "hash_before": before["hash"]}
    told = {
        "schema": _SCHEMA,
        "hash": _hash(approved),
        "approved": _plain(approved),
        "withdrawn": [*before.get("withdrawn", ()), change],
    }
    write(path, json.dumps(told, ensure_ascii=False, indent=1))


def _plain(approved: Approved) -> object:
    """Return what is frozen; what issues of before had no name for is left out where it is empty,
    so that their hash holds.
    """
    told: dict[str, dict[str, object]] = _FORM.dump_python(approved, mode="json")
    for name in _LATER:
        if not told["issue"][name]:
            del told["issue"][name]
    return told


def _hash(approved: Approved) -> str:
    told = json.dumps(_plain(approved), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
