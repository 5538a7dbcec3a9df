"""Who would get what of an issue: its editions, rendered once each, and their readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from veille.bulletins import Bulletins, approved_issue, mail_of
from veille.digest.editions import editions
from veille.digest.typography import spoken_moment
from veille.digest.weeks import Leaves, leaves_at, when_due
from veille.errors import UsageError
from veille.i18n import _, language
from veille.model.bulletin import Approved, Issue, IssueEdition, RenderedMail
from veille.store.subscribers import Subscribers
from veille.subscribers.choices import Choices, Frequency

_NAME = re.compile(r"\d{4}-(W\d\d|\d\d)")


@dataclass(frozen=True, slots=True)
class Post:
    """One edition, the choices that lead to it, and those who get it."""

    edition: IssueEdition
    mail: RenderedMail
    choices: tuple[Choices, ...]
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go: one post an edition, the most read first.

    `without` counts the readers for whom the issue holds nothing: they are sent nothing.
    """

    issue: str
    posts: tuple[Post, ...]
    without: int = 0

    @property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """The readers of each edition, by its key."""
        return {post.mail.key: post.readers for post in self.posts}

    @property
    def messages(self) -> int:
        """How many messages would go."""
        return sum(len(post.readers) for post in self.posts)


@dataclass(frozen=True, slots=True)
class Reach:
    """To how many an issue would go, in how many editions, and to how many it has nothing to say.

    Figures alone.
    """

    readers: int
    editions: int
    without: int


def reach_of(readers: Subscribers, issue: Issue, now: datetime) -> Reach:
    """Return to how many an issue would go now; nothing is rendered."""
    frequency = Frequency.WEEKLY if "W" in issue.name else Frequency.MONTHLY
    audiences = readers.mailable(now, frequency)
    made = editions(issue, [audience.choices for audience in audiences])
    whole = sum(len(audience.people) for audience in audiences)
    reached = sum(len(audience.people) for audience in audiences if audience.choices in made)
    return Reach(reached, len({edition.key for edition in made.values()}), whole - reached)


def plan_issue(
    bulletins: Bulletins, readers: Subscribers, approved: Approved, now: datetime
) -> Plan:
    """Return what would go of an issue to those who may be mailed now.

    Editions that are the same are rendered once. Raises ConfigError for a template that fails.
    """
    issue = approved.issue
    frequency = Frequency.WEEKLY if "W" in issue.name else Frequency.MONTHLY
    audiences = readers.mailable(now, frequency)
    made = editions(issue, [audience.choices for audience in audiences])
    chosen: dict[str, list[Choices]] = {}
    people: dict[str, list[str]] = {}
    without = 0
    for audience in audiences:
        edition = made.get(audience.choices)
        if edition is None:
            without += len(audience.people)
            continue
        chosen.setdefault(edition.key, []).append(audience.choices)
        people.setdefault(edition.key, []).extend(one.subscriber_id for one in audience.people)
    by_key = {edition.key: edition for edition in made.values()}
    names = {language: bulletins.names(language) for language in ("fr", "en")}
    posts = [
        Post(edition, mail_of(bulletins, edition, names[edition.language]), choices, who)
        for edition, choices, who in (
            (by_key[key], tuple(chosen[key]), tuple(people[key])) for key in people
        )
    ]
    posts.sort(key=lambda post: (-len(post.readers), post.mail.key))
    return Plan(issue.name, tuple(posts), without)


def refuse_unsendable(
    bulletins: Bulletins, name: str, now: datetime, *, whenever: bool = False
) -> Approved:
    """Return an approved issue whose time to leave has come.

    Raises UsageError that says why another one does not leave: not approved, too early, or held
    because its week is over; `whenever` is a person's word that the time does not matter.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            _("« {name} » names no issue: it is a week, 2026-W47, or a month, 2026-11.").format(
                name=name
            )
        )
    approved = approved_issue(bulletins, name)
    if approved is None:
        raise UsageError(
            _("The issue {name} is not approved: it is not sent.").format(name=name),
            _("Look at it with « veille digest preview », then « veille digest approve »."),
        )
    if "W" not in name or whenever:
        return approved
    settings, zone = bulletins.settings.digest, bulletins.settings.zone
    due = when_due(name, now, settings, zone)
    if due is Leaves.LATER:
        at = leaves_at(name, settings, zone)
        raise UsageError(
            _("The issue {name} leaves on {at}.").format(
                name=name, at=spoken_moment(at, language())
            ),
            _("To send it before: « veille digest send --now »."),
        )
    if due is Leaves.HELD:
        raise UsageError(
            _("The week of issue {name} is over: it is held for a person to decide.").format(
                name=name
            ),
            _("To send it all the same: « veille digest send --week {name} --now ».").format(
                name=name
            ),
        )
    return approved
