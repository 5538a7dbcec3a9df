"""The sentences people read for what delivery knows as codes."""

from collections import Counter
from collections.abc import Mapping, Sequence

from veille.deliver.bounces import Return
from veille.errors import FailureKind
from veille.i18n import _, _n
from veille.model.deliveries import Answer, State


def explain_answer(answer: Answer) -> str:
    """Say what the mail server answered, or why no answer came."""
    known = {
        FailureKind.OFFLINE: _("no answer: the network or this server cannot be reached"),
        FailureKind.REFUSED_CONNECTION: _("the server refuses the connection"),
        FailureKind.TIMEOUT: _("the server did not answer in time"),
        FailureKind.TLS: _(
            "no private connection: the server lacks STARTTLS or a way to log in, or its "
            "certificate is not valid"
        ),
        FailureKind.BROKEN: _("the connection broke off"),
    }
    if answer.words in known:
        return known[FailureKind(answer.words)]
    if answer.status == "5.1.3" and not answer.code:
        return _("this address cannot be one")
    if answer.status == "5.6.7" and not answer.code:
        return _("this address has letters that the mail server does not know")
    return f"{answer.code} {answer.words}".strip() if answer.code else answer.words


def tell_counts(counts: Mapping[State, int]) -> list[str]:
    """Say how many messages are in each state, a phrase each."""
    phrases = {
        State.QUEUED: _n("{n} waits", "{n} wait", counts.get(State.QUEUED, 0)),
        State.DEFERRED: _n("{n} put off", "{n} put off", counts.get(State.DEFERRED, 0)),
        State.SENDING: _n("{n} in flight", "{n} in flight", counts.get(State.SENDING, 0)),
        State.SENT: _n("{n} sent", "{n} sent", counts.get(State.SENT, 0)),
        State.REFUSED: _n("{n} refused", "{n} refused", counts.get(State.REFUSED, 0)),
        State.EXPIRED: _n("{n} given up", "{n} given up", counts.get(State.EXPIRED, 0)),
        State.UNKNOWN: _n("{n} unknown", "{n} unknown", counts.get(State.UNKNOWN, 0)),
        State.DROPPED: _n("{n} dropped", "{n} dropped", counts.get(State.DROPPED, 0)),
    }
    return [phrases[state].format(n=n) for state, n in counts.items() if n]


def explain_return(kind: str, status: str, *, sure: bool, stopped: bool) -> str:
    """Say what a message that came back tells of somebody, and what was decided."""
    told = {
        Return.HARD: _("no such mailbox"),
        Return.SOFT: _("not delivered for now"),
        Return.COMPLAINT: _("called our message spam"),
    }.get(Return(kind), str(kind))
    told += f" ({status})" if status else ""
    if not sure:
        told += _("; named by its address alone, so it weighs less")
    return told + (_(": nothing more is sent") if stopped else "")


def tell_returns(kinds: Sequence[str]) -> str:
    """Say how many messages came back, of which kind."""
    counted = Counter(kinds)
    phrases = {
        Return.HARD: _n("{n} lasting refusal", "{n} lasting refusals", counted[Return.HARD]),
        Return.SOFT: _n("{n} passing refusal", "{n} passing refusals", counted[Return.SOFT]),
        Return.COMPLAINT: _n("{n} complaint", "{n} complaints", counted[Return.COMPLAINT]),
        Return.DELAYED: _n("{n} delayed", "{n} delayed", counted[Return.DELAYED]),
        Return.REPLY: _n("{n} answering machine", "{n} answering machines", counted[Return.REPLY]),
        Return.OTHER: _n("{n} for a person", "{n} for a person", counted[Return.OTHER]),
    }
    told = [words.format(n=counted[kind]) for kind, words in phrases.items() if counted[kind]]
    return ", ".join(told) or _("Nothing came back.")
