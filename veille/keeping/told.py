"""What is known of backups, in `var/backup.json`: for `veille status`, alerts, and people."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel

from veille.files import write

FILE = "backup.json"


class _Told(BaseModel):
    """The form of that file; one that has another is none."""

    at: AwareDatetime | None = None
    failed_at: AwareDatetime | None = None


def last_backup(var: Path) -> dict[str, Any]:
    """Return what is known of backups, empty without any.

    `at`, `folder`, `bytes` and `people` are of the last good one; `failed_at` and `failure` (a
    sentence) are there where another one failed since. Moments are ISO 8601.
    """
    try:
        content = (var / FILE).read_bytes()
        _Told.model_validate_json(content, strict=True)
        told: dict[str, Any] = json.loads(content)
    except (OSError, ValueError):
        return {}
    return told


def tell_backup(var: Path, **told: object) -> None:
    """Add to what is known of backups; a disk that does not take it has its own news."""
    known = json.dumps(last_backup(var) | told, default=datetime.isoformat, ensure_ascii=False)
    try:
        write(var / FILE, known)
    except OSError:
        return
