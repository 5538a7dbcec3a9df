"""Files written whole or not at all: beside, down to the disk, then put into place."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


def write(path: Path, content: str | bytes) -> None:
    """Write a file; a reader sees the old one or the new one, never half.

    Its folder is made as needed. Raises OSError, and then leaves everything as it was.
    """
    with whole(path) as file:
        file.write(content if isinstance(content, bytes) else content.encode())


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to fill, which takes this path when the block ends well."""
    with _beside(path, 0o644) as file:
        yield file
    Path(file.name).replace(path)


def write_once(path: Path, content: str, *, mode: int = 0o644) -> None:
    """Write a file that must not be there yet: of two hands that write at once, one does.

    Raises FileExistsError for the other, and OSError.
    """
    with _beside(path, mode) as file:
        file.write(content.encode())
    try:
        path.hardlink_to(file.name)
    finally:
        Path(file.name).unlink()


@contextmanager
def _beside(path: Path, mode: int) -> Iterator[IO[bytes]]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(mode)  # a temporary file is for its maker alone
        except BaseException:  # a full disk, say: nothing is left behind
            Path(file.name).unlink()
            raise
