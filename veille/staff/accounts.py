"""Accounts of the staff as values, and what may be asked of each role."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from veille.errors import UsageError
from veille.i18n import _

LONGEST_NAME = 80

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class Role(IntEnum):
    """What somebody may do; each role may also do all that those before it may."""

    READER = 1  # looks at everything
    RELAY = 2  # sends links in, from a region or a network
    REVIEWER = 3  # decides on items
    EDITOR = 4  # makes the bulletin, sees to sources
    ADMIN = 5  # sees to accounts

    @property
    def code(self) -> str:
        """Return its name in commands, forms and stores: « reviewer »."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """Return its name for people, in the language in force."""
        return {
            Role.READER: _("Reader"),
            Role.RELAY: _("Relay"),
            Role.REVIEWER: _("Reviewer"),
            Role.EDITOR: _("Editor"),
            Role.ADMIN: _("Administrator"),
        }[self]


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the staff. `handle` names them for ever: in decisions, in the audit trail.

    `language` is empty until they choose one. `has_totp` says whether a code is asked for too,
    `has_passphrase` whether they chose one yet.
    """

    handle: str
    name: str
    role: Role
    created_at: datetime
    email: str = ""
    language: str = ""
    is_disabled: bool = False
    has_passphrase: bool = False
    has_totp: bool = False
    seen_at: datetime | None = None

    def may(self, role: Role) -> bool:
        """Whether they may do what this role is needed for; in templates too: `who.may(3)`."""
        return not self.is_disabled and self.role >= role


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long somebody stays signed in: without asking for any page, and in all."""

    idle: timedelta = timedelta(hours=12)
    whole: timedelta = timedelta(days=7)


USUAL: Final = Lasting()


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in; `number` names it, and gives no access.

    `by_proxy` says that a web server before us vouched for them.
    """

    number: int
    account: Account
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    agent: str = ""
    by_proxy: bool = False


ROLES: Final = {role.code: role for role in Role}


def read_role(text: str) -> Role:
    """Return the role of this name; raise UsageError when there is none."""
    if found := ROLES.get(text.strip().lower()):
        return found
    raise UsageError(
        _("« {found} » is not one of {expected}").format(found=text, expected=", ".join(ROLES))
    )


def read_handle(text: str) -> str:
    """Return a new account's name as it is kept; raise UsageError for one that cannot be."""
    handle = text.strip().lower()
    if _HANDLE.fullmatch(handle):
        return handle
    raise UsageError(
        _("« {text} » cannot name an account.").format(text=text),
        _("Use 2 to 32 of these: a-z, 0-9, dot, hyphen, underscore; begin with a letter or digit."),
    )


def clean_name(text: str) -> str:
    """Return a person's name as one printable line."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(printable.split())[:LONGEST_NAME]
