"""`veille restore`: a workspace taken back from a backup, whole or not at all.

The backup is verified, then all of it is made ready beside what is there; only then is it decided
on (`keeping.swap`). Those erased since the backup was made are erased again, and what may have been
sent since waits for a person's word.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from veille.clock import Clock, SystemClock
from veille.config import Settings, load_settings, settings_of
from veille.errors import StoreError, UsageError, VeilleError
from veille.faults import why_not
from veille.i18n import _
from veille.keeping import parts, swap, told
from veille.keeping.choosing import chosen
from veille.keeping.filling import is_store, size_of, verify_backup
from veille.keeping.held import FILE as RESTORED
from veille.keeping.held import Restored, remember
from veille.keeping.manifest import Manifest, read_manifest
from veille.keeping.sealing import SEALED, read_key
from veille.mailout.sending import only_sending
from veille.runner import only_run
from veille.secret import read_secret
from veille.settings.store import Lake
from veille.store.desk import open_desk
from veille.store.desk.restored import shut
from veille.store.outbox import Outbox
from veille.store.subscribers import Subscribers, open_subscribers
from veille.store.subscribers.erased import Gone, gone_in, ledger_of, read_gone
from veille.subscribers.tokens import Keys
from veille.subscriptions import rules_of
from veille.workspace import MARKER, Workspace, find_root

_CATALOGUE_LINKS = ("team", "open")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A workspace that was restored.

    `erased` people were erased again, `unknown` messages wait for a person's word. What was there
    is in `aside`, None where there was nothing; `people` is False where the backup has none of them
    and those that were there stayed. `lake` is where settings say that the working store is, if it
    is no file: it was left as it is.
    """

    root: Path
    manifest: Manifest
    erased: int
    unknown: int
    aside: Path | None
    people: bool
    lake: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be restored, from where, to where, by whose settings."""

    folder: Path
    root: Path
    manifest: Manifest
    people: dict[str, bytes]
    settings: Settings
    now: datetime

    @property
    def workspace(self) -> Workspace:
        return Workspace(self.root, self.settings)


def take_back(
    folder: Path,
    into: Path | None = None,
    *,
    given: Path | None = None,
    force: bool = False,
    without_people: bool = False,
    key_file: Path | None = None,
    clock: Clock | None = None,
) -> TakenBack:
    """Restore the backup in `folder`, or the newest of those in it, into a workspace.

    `into` is the workspace's folder, there or not; by default the one at hand (`given`, or here or
    above). Raises UsageError where that would replace anything and `force` is not given, or for
    want of the key to what is sealed (unless `without_people`); StoreError for a damaged backup,
    SchemaError for a newer veille's, LockHeld while a run or a sending is at work. Then nothing
    has changed.
    """
    clock = clock or SystemClock()
    root = into.absolute() if into else find_root(given)
    backup = chosen(folder.absolute(), root)
    if swap.is_decided(root):
        swap.carry_out(root)
    asked = _verified(backup, root, key_file, clock.now(), without_people=without_people)
    _refuse_overwriting(asked, force=force)
    with _explained(root):
        (root / "var").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(only_run(asked.workspace, "restore", clock))
            stack.enter_context(only_sending(asked.workspace))
            return _taken_back(asked)


def _verified(
    folder: Path, root: Path, key_file: Path | None, now: datetime, *, without_people: bool
) -> _Asked:
    manifest = read_manifest(folder)
    settings = _settings_of(folder)
    file = key_file or (root / settings.backup.key_file if settings.backup.key_file else None)
    wanted = manifest.people == "sealed" and not without_people
    key = read_key(file) if wanted else None
    if wanted and key is None:
        raise UsageError(
            _("What is personal is sealed in this backup, and there is no key."),
            _(
                "Set VEILLE_BACKUP_KEY or give --key-file; or restore the rest alone: "
                "« --without-people »."
            ),
        )
    manifest, people = verify_backup(folder, key)
    return _Asked(folder, root, manifest, people, settings, now)


def _settings_of(folder: Path) -> Settings:
    path = folder / MARKER
    return load_settings(path) if path.is_file() else settings_of({})


def _refuse_overwriting(asked: _Asked, *, force: bool) -> None:
    """Raise UsageError with what would be replaced, unless that was asked for."""
    there = [part for part in _parts(asked) if (asked.root / part).exists()]
    if there and not force:
        raise UsageError(
            _("{root} holds {names} already: nothing was touched.").format(
                root=asked.root, names=", ".join(there)
            ),
            _(
                "« --force » replaces them, and sets them aside in var/set-aside; "
                "« --into FOLDER » restores beside them."
            ),
        )


def _parts(asked: _Asked) -> list[str]:
    """Return what a restore replaces: the marker first, then settings, state and people."""
    top = {parts.part_of(name) for name in asked.manifest.files}
    in_order = [part for part in (*parts.FILES, *parts.FOLDERS) if part in top]
    in_order += sorted(part for part in top if part.startswith(f"{parts.FITTED}/"))
    in_order += [part for part in (parts.WATCH, parts.CATALOGUE) if part in top]
    return [*in_order, *sorted(asked.people)]


def _taken_back(asked: _Asked) -> TakenBack:
    root = asked.root
    _refuse_full(asked)
    ready = swap.stage(root)
    aside = asked.now.astimezone(UTC).strftime(swap.STAMP)
    try:
        _make_ready(asked, ready)
        erased, unknown = _prepare_people(asked, ready)
    except BaseException:
        swap.drop(root)
        raise
    stores = [part for part in asked.people if is_store(part)]
    plain = [part for part in _parts(asked) if part not in stores]
    plain.append(f"var/{RESTORED}")
    plain += [f"var/{told.FILE}"] * _tell_of(asked, ready)
    swap.decide(root, plain, stores, aside)
    kept = root / swap.SET_ASIDE / aside
    return TakenBack(
        root,
        asked.manifest,
        erased,
        unknown,
        kept if kept.is_dir() else None,
        bool(asked.people) or asked.manifest.people == "none",
        str(place) if isinstance(place := asked.settings.place(root), Lake) else "",
    )


def _tell_of(asked: _Asked, ready: Path) -> bool:
    """Put what is known of this backup beside what comes in, unless of a newer one is."""
    known, backup = told.last_backup(asked.root / "var").get("at"), asked.manifest
    if known and datetime.fromisoformat(known) >= backup.at:
        return False
    told.tell_backup(
        ready / "var", at=backup.at, folder=str(asked.folder), bytes=backup.size,
        people=backup.people,
    )  # fmt: skip
    return True


def _make_ready(asked: _Asked, ready: Path) -> None:
    """Put all that comes in into the folder that stands ready."""
    for name, content in asked.people.items():
        place = ready / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch(mode=0o600)
        place.write_bytes(content)
    for name in asked.manifest.files:
        if name != SEALED:
            (ready / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(asked.folder / name, ready / name)
    for edition in _CATALOGUE_LINKS:
        shelf = ready / parts.CATALOGUE / "snapshots" / edition
        if shelf.is_dir():
            [snapshot] = shelf.iterdir()
            (ready / parts.CATALOGUE / edition).symlink_to(f"snapshots/{edition}/{snapshot.name}")


def _prepare_people(asked: _Asked, ready: Path) -> tuple[int, int]:
    """Erase again whom others erased since, hold back what may have been sent; return how many."""
    queued: tuple[str, ...] = ()
    erased = unknown = 0
    (ready / "var").mkdir(exist_ok=True)
    if parts.SUBSCRIBERS in asked.people:
        with _opened(ready / parts.SUBSCRIBERS, asked, ready) as readers:
            erased = readers.replay(_gone_since(asked))
            outbox = Outbox(readers.db)
            unknown = outbox.doubt(asked.now)
            queued = tuple(issue for issue, _at in outbox.issues())
            readers.rewrite()
        ledger_of(ready / parts.SUBSCRIBERS).unlink(missing_ok=True)  # the workspace has its own
    if parts.DESK in asked.people:
        with open_desk(ready / parts.DESK) as desk:  # a newer veille's is refused: nothing changed
            shut(desk, asked.root / parts.DESK, now=asked.now)
    restored = Restored(asked.now, asked.manifest.at, queued)
    remember(ready / "var" / RESTORED, restored)
    return erased, unknown


@contextmanager
def _opened(path: Path, asked: _Asked, ready: Path) -> Iterator[Subscribers]:
    """Open a store that stands ready by the secret that came with it, brought up to date."""
    keys = Keys(read_secret(ready / "var" / "secret"))
    with open_subscribers(path, keys=keys, rules=rules_of(asked.workspace)) as readers:
        yield readers


def _gone_since(asked: _Asked) -> list[Gone]:
    """Return all who are gone: by the workspace's ledger and store, and the backups' ledger."""
    ledgers = [ledger_of(asked.root / parts.SUBSCRIBERS), asked.folder.parent / parts.LEDGER]
    found = [one for ledger in ledgers for one in read_gone(ledger)]
    live = asked.root / parts.SUBSCRIBERS
    if live.is_file():
        with suppress(StoreError):  # damaged: its ledger is there for that
            found += gone_in(live)
    return found


def _refuse_full(asked: _Asked) -> None:
    wanted = size_of(asked.folder, asked.settings, catalogue=False)
    wanted += sum(map(len, asked.people.values()))
    free = shutil.disk_usage(asked.root).free
    if free < wanted:
        raise StoreError(
            _("{root} has no room: a restore takes {n} MB, and {free} MB are free.").format(
                root=asked.root, n=round(wanted / 1e6), free=round(free / 1e6)
            ),
            _("Make room; nothing was touched."),
        )


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    try:
        yield
    except VeilleError:
        raise
    except OSError as error:
        raise StoreError(
            _("{root} was not restored: {why}").format(root=root, why=why_not(error)),
            _("Check its disk and permissions; nothing was touched."),
        ) from error
