"""The error tree. Every error names the thing and the next action.

VeilleError
├── UsageError            wrong use or configuration (exit 2)
│   ├── ConfigError       config.yaml, sources.yaml, pipelines: every fault at once
│   ├── WorkspaceError    no workspace here, or one made by a newer engine
│   ├── AddressError      what was typed is not an e-mail address
│   ├── ChoiceError       a domain, region, language or frequency that is not one
│   ├── ConsentError      nobody is written to without a basis that can be proved
│   └── LinkError         a link to one's choices that is altered, spent or too old
├── Outdated              somebody else changed the same thing meanwhile
├── StoreError            a store cannot be opened, read or written
│   ├── Unpublished       there is no catalogue yet
│   └── SchemaError       a store written by a newer engine, or by something else
├── WorkersLost           those that worked for us on other machines are gone
├── LockHeld              another run holds the workspace (exit 3)
├── NothingPossible       nothing could be done, for want of a network say (exit 4)
└── ItemError             one source, page or item failed; the others go on
    ├── FetchError        no usable answer came back
    └── ReadError         bytes came back that could not be read
"""

from enum import StrEnum


class FailureKind(StrEnum):
    """Why one source or page gave nothing. The words people read are in the message catalogues."""

    # the network
    OFFLINE = "offline"  # the name does not resolve, nothing answers: no network, or no such host
    REFUSED_CONNECTION = "refused_connection"
    TIMEOUT = "timeout"
    TLS = "tls"
    BROKEN = "broken"  # the connection broke, or the answer breaks HTTP
    # our own distrust and manners
    FORBIDDEN_ADDRESS = "forbidden_address"  # loopback, private, link-local, metadata…
    BAD_URL = "bad_url"  # not http(s), no host, credentials inside
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"  # the whole answer took longer than allowed
    REDIRECT_LOOP = "redirect_loop"
    # what the server said
    RATE_LIMITED = "rate_limited"  # 429
    UNAVAILABLE = "unavailable"  # 503 and other 5xx
    DENIED = "denied"  # 401, 403 and other 4xx
    MISSING = "missing"  # 404
    GONE = "gone"  # 410: the source is retired
    # what the bytes were
    EMPTY = "empty"  # 0 bytes
    NOT_A_FEED = "not_a_feed"
    ENTITIES = "entities"  # the document declares entities
    MALFORMED = "malformed"
    RECIPE = "recipe"  # a listing's selectors find nothing more; a repository refuses the request
    TOO_DEEP = "too_deep"  # more pages followed than allowed
    NOT_TEXT = "not_text"  # a PDF, an image, a video
    NO_TEXT = "no_text"  # a page without an article's text
    NOT_AN_ARTICLE = "not_an_article"  # a home, listing or login page
    LIMIT = "limit"  # the reading process passed its time or memory limit
    # the bulletin
    EMPTY_WEEK = "empty_week"  # the draft keeps nothing
    NOT_APPROVED = "not_approved"  # its hour came first
    UNKNOWN_FATE = "unknown_fate"  # messages may have arrived or not: a person decides
    SENDING_ENDED = "sending_ended"  # by the mail server
    OTHER_SHARE = "other_share"  # of several engines, two count with another number of them
    # the desk
    OTHER_DESK = "other_desk"  # not the one that the last run read: restored, or made anew
    NO_DESK = "no_desk"  # gone, and yet people had decided
    DISK = "disk"  # the machine's own did not take something: full, read-only
    DEFECT = "defect"  # a fault of ours, contained at the run's boundary


class VeilleError(Exception):
    """Base of all errors that a person is meant to read.

    `message` says what is wrong with which thing, `action` what to do next; both are already in
    the reader's language.
    """

    exit_code = 1

    def __init__(self, message: str, action: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} {self.action}".strip()


class UsageError(VeilleError):
    """Wrong use or configuration."""

    exit_code = 2


class ConfigError(UsageError):
    """Faults in the workspace's files, all of them, each with its place (`file: key.path`)."""

    def __init__(self, message: str, faults: tuple[str, ...] = (), action: str = "") -> None:
        super().__init__("\n".join((message, *(f"  - {fault}" for fault in faults))), action)
        self.faults = faults


class WorkspaceError(UsageError):
    """No workspace where one was looked for, or one this engine cannot serve."""


class AddressError(UsageError):
    """What was typed is not an e-mail address."""


class ChoiceError(UsageError):
    """A domain, region, language or frequency that is not one."""


class ConsentError(UsageError):
    """A consent that is missing, cannot be proved, or holds no more."""


class LinkError(UsageError):
    """A link to one's choices that is altered, spent or too old."""


class Outdated(VeilleError):
    """Somebody else changed the same thing meanwhile; look again."""


class StoreError(VeilleError):
    """A store could not be opened, read or written."""


class Unpublished(StoreError):
    """Nothing was published yet, or nothing that the caller may read."""


class SchemaError(StoreError):
    """A store written by a newer engine, or a file that is not a store of ours."""

    exit_code = 2


class WorkersLost(VeilleError):
    """Those that did the work on other machines are gone, and with them what was in hand."""


class LockHeld(VeilleError):
    """Another run holds the workspace."""

    exit_code = 3


class NothingPossible(VeilleError):
    """Nothing could be done at all."""

    exit_code = 4


class ItemError(VeilleError):
    """One source, page or item failed; its run goes on.

    `detail` is the bare fact (a status code, an address, a limit), without prose: the sentence
    people read is made from `kind` and `detail` when it is shown, in their language.
    """

    def __init__(self, kind: FailureKind, subject: str, detail: str = "") -> None:
        super().__init__(f"{subject}: {kind}" + (f" ({detail})" if detail else ""))
        self.kind = kind
        self.subject = subject
        self.detail = detail

    def __reduce__(self) -> tuple[type["ItemError"], tuple[FailureKind, str, str]]:
        return type(self), (self.kind, self.subject, self.detail)  # crosses process borders


class FetchError(ItemError):
    """No usable answer came back.

    `status` is the HTTP status, if there was one; `retry_after` the seconds the server asks us to
    wait, if it did.
    """

    def __init__(
        self,
        kind: FailureKind,
        subject: str,
        detail: str = "",
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(kind, subject, detail)
        self.status = status
        self.retry_after = retry_after

    def about(self, subject: str) -> "FetchError":
        """Return the same failure, told of another subject."""
        return FetchError(
            self.kind, subject, self.detail, status=self.status, retry_after=self.retry_after
        )


class ReadError(ItemError):
    """Bytes came back that could not be read as what they should be."""
