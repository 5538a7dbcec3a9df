"""What a run tells: a line for people, an exit code for cron, a file for `veille status`."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from veille.errors import FailureKind, StoreError
from veille.faults import why_not
from veille.files import write
from veille.i18n import _, _n
from veille.model import FailureReport, RunReport
from veille.model.polls import SourceHealth
from veille.wording import brief

T = TypeVar("T")

KINDS_NAMED = 3
"""Kinds of failure that the line about a run names, the most frequent first."""

_KINDS = frozenset(map(str, FailureKind))

_NOTHING: dict[str, Any] = {"written_at": None, "runs": [], "counts": {}, "tags": {}, "sources": []}
"""What there is to tell before the first run."""


class _Status(BaseModel):
    """The form of a status; runs and sources are looked at by who reads them."""

    runs: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    counts: dict[str, int]
    tags: dict[str, dict[str, int]] = {}
    written_at: AwareDatetime | None = None
    first_run: AwareDatetime | None = None
    begun: dict[str, AwareDatetime] = {}
    good: dict[str, AwareDatetime] = {}
    model: str | None = None


_EXIT_CODES = {
    "ok": 0,
    "partial": 0,
    "out_of_time": 0,
    "failed": 1,
    "impossible": 4,
    "interrupted": 130,
}


def exit_code(report: RunReport) -> int:
    """Return the exit code of the contract (docs/cli.md) for a finished run."""
    return _EXIT_CODES[report.status]


def summary(report: RunReport) -> str:
    """Return the one line that a person reads about a finished run."""
    opening = {
        "ok": _("Run « {pipeline} » done"),
        "partial": _("Run « {pipeline} » done, with failures"),
        "out_of_time": _("Run « {pipeline} »: its time is over; the next one resumes"),
        "interrupted": _("Run « {pipeline} » interrupted; the next one resumes"),
        "failed": _("Run « {pipeline} » failed"),
        "impossible": _("Run « {pipeline} »: nothing could be reached; is there a network?"),
    }[report.status].format(pipeline=report.pipeline)
    parts = [step_words(step.name, step.done, step.new) for step in report.steps]
    known = [failure for failure in report.failures if failure.kind in _KINDS]
    if failed := len(known):
        told = _n("{n} failure ({kinds})", "{n} failures ({kinds})", failed)
        parts.append(told.format(n=failed, kinds=_commonest_kinds(known)))
    if report.finished_at:
        seconds = round((report.finished_at - report.started_at).total_seconds())
        parts.append(_("in {n} s").format(n=seconds))
    return _("{opening}: {account}.").format(opening=opening, account=", ".join(parts))


def failures_by_kind(report: RunReport) -> dict[str, int]:
    """Return how many sources and pages failed in each way, the most frequent first.

    What made a step fail is not among them: `causes` tells it.
    """
    kinds = Counter(failure.kind for failure in report.failures if failure.kind in _KINDS)
    return dict(kinds.most_common())


def causes(failures: Sequence[Mapping[str, str]]) -> list[str]:
    """Return why steps failed, as a sentence each: what is no failure of one source or page."""
    return [failure["message"] for failure in failures if failure["kind"] not in _KINDS]


def _commonest_kinds(failures: Sequence[FailureReport]) -> str:
    """Name the three most frequent kinds of failure, and how often there was each."""
    kinds = Counter(failure.kind for failure in failures).most_common()
    named = [f"{count} × {brief(kind)}" for kind, count in kinds[:KINDS_NAMED]]
    return ", ".join([*named, "…"] if len(kinds) > KINDS_NAMED else named)


def step_titles() -> dict[str, str]:
    """Return what each step of ours is called by people."""
    return {
        "take": _("Taking in what people decided"),
        "try": _("Trying the sources"),
        "poll": _("Asking the sources"),
        "read": _("Reading the pages"),
        "group": _("Finding what several sources tell"),
        "judge": _("Judging the articles"),
        "publish": _("Publishing the catalogue"),
        "compose": _("Composing the bulletin"),
        "send": _("Sending the bulletin"),
        "train": _("Learning from decisions"),
        "tidy": _("Removing what is too old"),
        "backup": _("Making a backup"),
    }


def step_words(name: str, done: int, new: int) -> str:
    """Say in a few words what a step did."""
    words = {
        "take": _take_words,
        "poll": _poll_words,
        "read": _read_words,
        "group": _group_words,
        "judge": _judge_words,
        "publish": _publish_words,
        "compose": _compose_words,
        "send": _send_words,
        "tidy": _tidy_words,
        "backup": _backup_words,
        "train": _train_words,
    }
    return words[name](done, new) if name in words else f"{name}: {done}"


def _compose_words(done: int, new: int) -> str:
    drafts = _n("{n} draft composed", "{n} drafts composed", done).format(n=done)
    return f"{drafts}, " + _n("{n} issue approved", "{n} issues approved", new).format(n=new)


def _send_words(_done: int, new: int) -> str:
    return _n("{n} message sent", "{n} messages sent", new).format(n=new)


def _train_words(done: int, _new: int) -> str:
    return _n("{n} decision looked at", "{n} decisions looked at", done).format(n=done)


def _tidy_words(_done: int, new: int) -> str:
    return _n("{n} thing too old gone", "{n} things too old gone", new).format(n=new)


def _backup_words(_done: int, new: int) -> str:
    return _("backup made and verified") if new else _("no backup: backup.folder is empty")


def _take_words(_done: int, new: int) -> str:
    return _n("{n} decision taken in", "{n} decisions taken in", new).format(n=new)


def _poll_words(done: int, new: int) -> str:
    asked = _n("{n} source asked", "{n} sources asked", done).format(n=done)
    found = _n("{n} new entry", "{n} new entries", new).format(n=new)
    return f"{asked}, {found}"


def _read_words(done: int, new: int) -> str:
    return _n("{n} article", "{n} articles", new).format(n=new)


def _group_words(_done: int, new: int) -> str:
    return _n("{n} new story", "{n} new stories", new).format(n=new)


def _judge_words(done: int, new: int) -> str:
    judged = _n("{n} judged", "{n} judged", done).format(n=done)
    relevant = _n("{n} of them relevant", "{n} of them relevant", new).format(n=new)
    return f"{judged}, {relevant}"


def _publish_words(done: int, _new: int) -> str:
    if not done:
        return _("catalogue unchanged")
    return _n("{n} item published", "{n} items published", done).format(n=done)


def write_status(
    path: Path,
    now: datetime,
    runs: Sequence[RunReport],
    health: Sequence[Any],
    counts: dict[str, int],
    tags: dict[str, dict[str, int]],
    *,
    first_run: datetime | None,
    begun: Mapping[str, datetime],
    good: Mapping[str, datetime] | None = None,
    model: str | None = None,
) -> None:
    """Replace the status file atomically, so that a reader beside a run sees a whole one.

    Raises StoreError when it cannot be written.

    `first_run` is when the workspace's first run began, `begun` when each pipeline last did: what
    clocks go by, since the store is the run's own while it works; `good` when the last good run of
    each ended, however long ago. `model` is the version that
    judged last.
    """
    told = {
        "written_at": now,
        "first_run": first_run,
        "begun": dict(begun),
        "good": dict(good or {}),
        "runs": list(runs),
        "counts": counts,
        "tags": tags,
        "model": model,
        "sources": list(health),
    }
    try:
        write(path, json.dumps(told, default=_plain, ensure_ascii=False))
    except OSError as error:
        raise StoreError(
            _("{path} cannot be written: {why}").format(path=path, why=why_not(error)),
            _("Check the disk's free space and the file's permissions."),
        ) from error


def _plain(value: Any) -> object:  # noqa: ANN401 - a moment, or one of the model's frozen values
    if isinstance(value, datetime):
        return value.isoformat()
    return {one.name: getattr(value, one.name) for one in fields(value)}


def read_begun(told: dict[str, Any]) -> tuple[datetime | None, dict[str, datetime]]:
    """Return from a status when the first run began, and when each pipeline last did.

    A status written before it told that, or none, has neither. Raises StoreError for a damaged one.
    """
    first, begun = told.get("first_run"), told.get("begun", {})
    try:
        last = {name: datetime.fromisoformat(at) for name, at in begun.items()}
        return datetime.fromisoformat(first) if first else None, last
    except (AttributeError, TypeError, ValueError):
        raise _damaged("status.json") from None


def read_status(path: Path) -> dict[str, Any]:
    """Return what the last run told; empty lists before the first run."""
    if not path.is_file():
        return dict(_NOTHING)
    try:
        content = path.read_bytes()
        _Status.model_validate_json(content, strict=True)
        told: dict[str, Any] = json.loads(content)
    except ValueError:
        raise _damaged(path) from None
    return _NOTHING | told


def runs_told(told: Mapping[str, Any]) -> tuple[RunReport, ...]:
    """Return the last runs of a status, newest first; raise StoreError for a damaged one."""
    return _as_told(_runs_form(), told["runs"])


def health_told(told: Mapping[str, Any]) -> tuple[SourceHealth, ...]:
    """Return how sources were when the last run told; raise StoreError for a damaged status."""
    return _as_told(_sources_form(), told["sources"])


def _as_told(form: TypeAdapter[T], told: object) -> T:
    try:
        return form.validate_python(told)
    except ValidationError:
        raise _damaged("status.json") from None


@cache  # these take longer to make than to use
def _runs_form() -> TypeAdapter[tuple[RunReport, ...]]:
    return TypeAdapter(tuple[RunReport, ...])


@cache
def _sources_form() -> TypeAdapter[tuple[SourceHealth, ...]]:
    return TypeAdapter(tuple[SourceHealth, ...])


def _damaged(path: Path | str) -> StoreError:
    return StoreError(
        _("{path} is damaged.").format(path=path),
        _("The next run writes it anew; nothing else is kept there."),
    )
