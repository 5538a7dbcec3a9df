"""What polling a source showed, and what is known of the source after it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from veille.errors import FailureKind
from veille.model import Entry, Failure, Source, cadence
from veille.model.cadence import Pace


@dataclass(frozen=True, slots=True)
class Announced:
    """An entry and whose announcement it is: the item's id and canonical URL, if it has one."""

    item_id: str
    url: str | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class PollResult:
    """One poll of one source: what was asked, what came back, what it announces.

    `failure` is None for a good answer; `unchanged` says that it brought the items of the last good
    one (a 304, the same bytes or the same items), so that `announced` is empty. `declared` is the
    address in sources.yaml, `asked` what was asked for in fact. `moved_to` is an address to ask for
    from now on. `items_hash` is None when the items were not read. `announced` is newest first, as
    given. `seconds` is how long the answer took.
    """

    run_id: str
    source_id: str
    polled_at: datetime
    declared: str
    asked: str
    status: int | None = None
    failure: Failure | None = None
    unchanged: bool = False
    final_url: str | None = None
    moved_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    items_hash: str | None = None
    bytes: int = 0
    seconds: float = 0.0
    retry_after: float | None = None
    flaw: str | None = None
    announced: tuple[Announced, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceState:
    """What polling needs to know of a source, and what its health is told from.

    `address` is what to ask for: the declared one, or where a permanent redirect led. Validators
    and hashes are those of the last good answer, and absent while there is none to compare with.
    `recent_days` are the last days with new items (UTC), newest first. `next_due` is None for a
    source never polled, and for a retired one.
    """

    source_id: str
    declared: str
    address: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    items_hash: str | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    recent_days: tuple[date, ...] = ()
    failing_since: datetime | None = None
    failure: Failure | None = None
    failures: int = 0
    next_due: datetime | None = None
    retired_at: datetime | None = None
    flaw: str | None = None

    @classmethod
    def of(cls, source: Source) -> "SourceState":
        """Return the state of a source never polled."""
        return cls(source.id, source.address, source.address)

    @property
    def conditional(self) -> bool:
        """Whether there are validators of a good answer to ask with."""
        return bool(self.etag or self.last_modified)

    def is_due(self, now: datetime) -> bool:
        """Whether the source is to be polled now.

        One last polled in the future is: the clock was set back, and what it said means nothing.
        """
        if self.retired_at is not None:
            return False
        return self.next_due is None or self.next_due <= now or self.is_ahead(now)

    def is_ahead(self, now: datetime) -> bool:
        """Whether the last poll was made by a clock that was ahead of this moment."""
        return self.last_attempt is not None and self.last_attempt > now


class Health(StrEnum):
    """How a source is, in one word."""

    UNTRIED = "untried"
    OK = "ok"
    SILENT = "silent"  # it answers well, but nothing new came for longer than usual
    FAILING = "failing"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source's health, as people are told it; `usual_gap` is in days."""

    source_id: str
    name: str
    active: bool
    health: Health
    address: str
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    last_new: datetime | None = None
    failing_since: datetime | None = None
    failure: Failure | None = None
    failures: int = 0
    next_due: datetime | None = None
    usual_gap: float | None = None
    silent_after: datetime | None = None
    flaw: str | None = None


def after(state: SourceState, poll: PollResult, new_days: Collection[date]) -> SourceState:
    """Return what is known after a poll whose new items came on `new_days`; when it is due is left.

    A 304 only turns a source green when it was asked with the validators of a good answer. A bad
    answer drops them, so the next good one is seen whole.
    """
    state = declared_at(state, poll.declared)
    if poll.failure is not None:
        return _failed(state, poll, poll.failure)
    if poll.status == 304 and not state.conditional:
        return _failed(state, poll, state.failure or Failure(FailureKind.BROKEN, "304"))
    return _succeeded(state, poll, new_days)


def declared_at(state: SourceState, address: str) -> SourceState:
    """Return the state for the address now declared.

    What is known of another address goes; the source's rhythm stays.
    """
    if address == state.declared:
        return state
    return replace(
        SourceState(state.source_id, address, address),
        last_attempt=state.last_attempt,
        last_new=state.last_new,
        recent_days=state.recent_days,
    )


def next_due(state: SourceState, poll: PollResult, pace: Pace) -> datetime | None:
    """Return when a source is due again after the poll that led to this state."""
    if state.retired_at is not None:
        return None
    return cadence.next_poll(
        poll.polled_at,
        pace,
        days=state.recent_days,
        failure=state.failure.kind if state.failure else None,
        failures=state.failures,
        retry_after=poll.retry_after,
        jitter=cadence.jitter(poll.source_id, poll.polled_at.isoformat()),
    )


def newest_first(announced: Sequence[Announced]) -> list[str]:
    """Return the item ids, newest first: by date, then the undated in the order given."""
    dated = [one for one in announced if one.entry.published]
    undated = [one for one in announced if not one.entry.published]
    dated.sort(key=lambda one: one.entry.published.at, reverse=True)  # type: ignore[union-attr]
    return list(dict.fromkeys(one.item_id for one in (*dated, *undated)))


def days_of(announced: Iterable[Announced], polled_at: datetime) -> tuple[date, ...]:
    """Return the last days on which these items came out, newest first.

    An item without a date, or with one still to come, came out when it was seen.
    """
    moments = (one.entry.published.at if one.entry.published else polled_at for one in announced)
    return _newest_days(min(moment, polled_at).date() for moment in moments)


def _newest_days(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days), reverse=True)[: cadence.DAYS_KEPT])


def _failed(state: SourceState, poll: PollResult, failure: Failure) -> SourceState:
    moved = state.address != state.declared
    gone = failure.kind is FailureKind.GONE and not moved
    answered = poll.status is not None
    return replace(
        state,
        address=state.declared,  # a remembered redirect that fails is forgotten
        etag=None if answered or moved else state.etag,
        last_modified=None if answered or moved else state.last_modified,
        last_attempt=poll.polled_at,
        failing_since=state.failing_since or poll.polled_at,
        failure=failure,
        failures=state.failures + 1,
        retired_at=poll.polled_at if gone else state.retired_at,
    )


def _succeeded(state: SourceState, poll: PollResult, new_days: Collection[date]) -> SourceState:
    same = poll.status == 304
    return replace(
        state,
        address=poll.moved_to or state.address,
        etag=poll.etag or (state.etag if same else None),
        last_modified=poll.last_modified or (state.last_modified if same else None),
        body_hash=state.body_hash if same else poll.body_hash,
        items_hash=poll.items_hash or state.items_hash,
        last_attempt=poll.polled_at,
        last_success=poll.polled_at,
        last_new=poll.polled_at if new_days else state.last_new,
        recent_days=(
            _newest_days((*state.recent_days, *new_days)) if new_days else state.recent_days
        ),
        failing_since=None,
        failure=None,
        failures=0,
        retired_at=None,
        flaw=poll.flaw if poll.items_hash else state.flaw,
    )
