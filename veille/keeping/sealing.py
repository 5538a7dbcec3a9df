"""Seal what is personal with a key, in the age format: any age program opens it too.

The key is an age identity (AGE-SECRET-KEY-1…), drawn at random, of the environment
(VEILLE_BACKUP_KEY) or of a file. A passphrase would take half a gigabyte of memory each time, to
make up for being guessable. What is sealed is held in memory, three times over.
"""

import io
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path

from veille.errors import StoreError, UsageError
from veille.faults import why_not
from veille.i18n import _

VARIABLE = "VEILLE_BACKUP_KEY"
SEALED = "people.tar.age"
_BEGINS = "AGE-SECRET-KEY-"


def new_key() -> str:
    """Return a key drawn at random."""
    import pyrage

    return str(pyrage.x25519.Identity.generate())


def read_key(file: Path | None) -> str | None:
    """Return the key of the environment, else that of this file; None without any.

    Raises UsageError for what is no key, or a file that cannot be read.
    """
    if VARIABLE in os.environ:
        return _checked(os.environ[VARIABLE], VARIABLE)
    if file is None:
        return None
    try:
        return _checked(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            _("The file of the backup key, {path}, cannot be read: {why}").format(
                path=file, why=why_not(error)
            ),
            _("« veille backup --new-key » makes a key."),
        ) from None


def seal(contents: Mapping[str, bytes], key: str) -> bytes:
    """Return these files, by name, in one sealed archive."""
    import pyrage

    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, content in contents.items():
            about = tarfile.TarInfo(name)
            about.size, about.mode = len(content), 0o600
            tar.addfile(about, io.BytesIO(content))
    recipient = pyrage.x25519.Identity.from_str(key).to_public()
    sealed: bytes = pyrage.encrypt(archive.getvalue(), [recipient])
    return sealed


def unseal(sealed: bytes, key: str, name: str) -> dict[str, bytes]:
    """Return the files of a sealed archive, by name.

    Raises StoreError, calling it by this name, for another key's or a damaged one.
    """
    import pyrage

    try:
        archive = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(key)])
    except pyrage.DecryptError as error:
        raise StoreError(
            _("{path} does not open with this key ({problem}).").format(path=name, problem=error),
            _("Give the key that it was sealed with: VEILLE_BACKUP_KEY, or --key-file."),
        ) from None
    contents = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for about in tar:
            if about.isfile() and (file := tar.extractfile(about)):
                contents[about.name] = file.read()
    return contents


def _checked(text: str, place: str) -> str:
    """Return the key in a text (which may hold remarks, as age-keygen writes them)."""
    import pyrage

    found = [line.strip() for line in text.splitlines() if line.strip().startswith(_BEGINS)]
    try:
        [key] = found
        pyrage.x25519.Identity.from_str(key)
    except (ValueError, pyrage.IdentityError):
        raise UsageError(
            _("{place} holds no backup key (one line, {begins}…).").format(
                place=place, begins=_BEGINS
            ),
            _("« veille backup --new-key » makes a key."),
        ) from None
    return key
