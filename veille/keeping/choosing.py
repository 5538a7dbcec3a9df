"""Which backup is restored: the one named, or the newest of this watch in a folder of several."""

from pathlib import Path

from veille.errors import UsageError
from veille.i18n import _
from veille.keeping.manifest import MANIFEST, backups_in, read_manifest


def chosen(folder: Path, root: Path) -> Path:
    """Return the folder of one backup: this one, or the newest in it of the workspace in `root`.

    Where none in it is of that workspace, all are to be of one other (it was moved, or is to be
    made anew elsewhere). Raises UsageError for a folder that does not tell which, and as
    `read_manifest` where a newer one cannot be read: an older one is restored on a person's word.
    """
    if (folder / MANIFEST).is_file():
        return folder
    found = backups_in(folder)
    roots = {one.root for one in found.values()}
    ours = [one for one in found if found[one].root in {str(root), str(root.resolve())}]
    if not found:
        _refuse_unread(folder)
        raise UsageError(
            _("There is no backup in {folder}.").format(folder=folder),
            _("« veille backup » makes one; name its folder, or the folder that it is in."),
        )
    if not ours and len(roots) > 1:
        raise UsageError(
            _("{folder} holds backups of several watches ({names}), none of {root}.").format(
                folder=folder, names=", ".join(sorted(roots)), root=root
            ),
            _("Name the folder of one backup."),
        )
    newest = next(iter(ours or found))
    _refuse_unread(folder, newest.name)
    return newest


def _refuse_unread(place: Path, after: str = "") -> None:
    """Raise StoreError or SchemaError for a backup that cannot be read and is newer than this."""
    for folder in sorted(place.iterdir(), reverse=True) if place.is_dir() else ():
        is_backup = not folder.name.startswith(".") and (folder / MANIFEST).is_file()
        if is_backup and folder.name > after:
            read_manifest(folder)
