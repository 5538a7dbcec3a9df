"""Files written whole or not at all."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    data = content if isinstance(content, bytes) else content.encode()
    beside(path, data).replace(path)


def beside(path: Path, data: bytes) -> Path:
    """Write a file beside the one it is to become, down to the disk; return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        made = Path(file.name)
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            made.chmod(0o644)
        except BaseException:  # a full disk, say: nothing is left behind
            made.unlink()
            raise
    return made
