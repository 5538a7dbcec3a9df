"""What was done to withdraw an item, for people and for machines."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from veille.cli.found import published_words
from veille.i18n import _, _n
from veille.withdraw import Withdrawn


def withdrawn_json(done: Withdrawn) -> dict[str, Any]:
    """Return it as one JSON object."""
    return {
        **asdict(done.item),
        "dry_run": done.dry,
        "withdrawn_at": None if done.dry else done.at,
        "rows": done.rows,
        "items_retold": done.retold,
        "snapshot": done.published.snapshot_id if done.published else None,
        "snapshots_removed": list(map(str, done.removed)),
        "drafts": done.bulletins.drafts,
        "issues": done.bulletins.issues,
        "unread": list(map(str, done.bulletins.unread)),
    }


def withdrawn_lines(done: Withdrawn) -> list[str]:
    """Say what was done where, or would be; then what no command can reach."""
    opening = _("Would be withdrawn: {item}") if done.dry else _("Withdrawn: {item}")
    lines = [opening.format(item=done.item.title or done.item.item_id), done.item.url]
    lines += [_rows(done), _("Its story is told again without it.") if done.retold else ""]
    if done.published:
        lines.append(published_words(done.published))
    held = _("Holds it: {path}") if done.dry else _("Removed: {path}")
    lines += [held.format(path=path) for path in done.removed]
    lines += _bulletins(done)
    if not done.dry:
        lines.append(
            _(
                "Out of reach: what was sent, copied or backed up before, and what the team "
                "wrote of it elsewhere. After restoring a backup, run this again."
            )
        )
    return [line for line in lines if line]


def _rows(done: Withdrawn) -> str:
    n = sum(done.rows.values())
    if done.dry:
        told = _n("Working store: {n} row tells of it.", "Working store: {n} rows tell of it.", n)
    else:
        told = _n(
            "Working store: {n} row erased, the file written anew; no run takes it in again.",
            "Working store: {n} rows erased, the file written anew; no run takes it in again.",
            n,
        )
    return told.format(n=n)


def _bulletins(done: Withdrawn) -> Iterator[str]:
    drafted = _("Draft of {name}: it goes out.")
    told = _("Issue {name}: a line says that it was withdrawn.")
    unread = _("{path} cannot be read: mend it, then run this again.")
    yield from (drafted.format(name=name) for name in done.bulletins.drafts)
    yield from (told.format(name=name) for name in done.bulletins.issues)
    yield from (unread.format(path=path) for path in done.bulletins.unread)
