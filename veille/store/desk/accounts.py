"""Accounts: made, changed, disabled, removed; the first is an administrator, one always is."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from veille.errors import LinkError, UsageError
from veille.i18n import _
from veille.staff.accounts import ROLES, Account, Role, clean_name, read_handle
from veille.staff.tokens import token_hash
from veille.store.sqlite import Row, SqliteDatabase, from_text


class Accounts:
    """Who may sign in. Removed accounts are not there any more, but their handles stay taken."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db

    def add(
        self, handle: str, role: Role, *, name: str = "", email: str = "", now: datetime
    ) -> Account:
        """Make an account, without a passphrase yet; the first one is an administrator's.

        Raises UsageError for a handle that is none, or was given before.
        """
        kept = read_handle(handle)
        with self._db.transaction():
            if self._db.rows("SELECT 1 FROM accounts WHERE handle = $handle", handle=kept):
                raise UsageError(
                    _("The name « {handle} » is taken, or was once.").format(handle=kept),
                    _("Choose another: decisions are known by their author's name for ever."),
                )
            first = not self._db.rows("SELECT 1 FROM accounts WHERE removed_at IS NULL LIMIT 1")
            row: Row = {
                "handle": kept,
                "name": clean_name(name),
                "email": email,
                "role": (Role.ADMIN if first else role).code,
                "language": "",
                "passphrase": "",
                "totp": "",
                "totp_step": 0,
                "is_disabled": 0,
                "created_at": now,
            }
            self._db.insert("accounts", row)
        return self.the(kept)

    def find(self, handle: str) -> Account | None:
        """Return the account of this handle, disabled ones too; None when there is none."""
        rows = self._rows(handle)
        return account_of(rows[0]) if rows else None

    def the(self, handle: str) -> Account:
        """Return the account of this handle; raise UsageError when there is none."""
        if found := self.find(handle.strip().lower()):
            return found
        raise UsageError(_("There is no account « {handle} ».").format(handle=handle))

    def all(self) -> list[Account]:
        """Return all accounts by handle."""
        rows = self._db.rows("SELECT * FROM accounts WHERE removed_at IS NULL ORDER BY handle")
        return [account_of(row) for row in rows]

    def any(self) -> bool:
        """Whether there is any account."""
        return bool(self._db.rows("SELECT 1 FROM accounts WHERE removed_at IS NULL LIMIT 1"))

    def by_email(self, email: str) -> Account | None:
        """Return the account with this address; None when there is none, or several."""
        rows = self._db.rows(
            """SELECT * FROM accounts
            WHERE removed_at IS NULL AND email <> '' AND lower(email) = lower($email)""",
            email=email,
        )
        return account_of(rows[0]) if len(rows) == 1 else None

    def set_role(self, handle: str, role: Role) -> None:
        """Give somebody a role; raises UsageError for the last administrator."""
        with self._db.transaction():
            if role < Role.ADMIN:
                self._refuse_last_admin(handle)
            self._set(handle, role=role.code)

    def disable(self, handle: str) -> None:
        """Let somebody in no more, and sign them out; UsageError for the last administrator."""
        with self._db.transaction():
            self._refuse_last_admin(handle)
            self._set(handle, is_disabled=1)
            self._shut(handle)

    def enable(self, handle: str) -> None:
        """Let somebody in again."""
        self._set(handle, is_disabled=0)

    def remove(self, handle: str, *, now: datetime) -> None:
        """Forget all of somebody but their handle, which their decisions carry.

        Raises UsageError for the last administrator.
        """
        with self._db.transaction():
            self._refuse_last_admin(handle)
            blank = dict.fromkeys(("name", "email", "language", "passphrase", "totp"), "")
            self._set(handle, **blank, is_disabled=1, removed_at=now)
            self._db.run("DELETE FROM recovery_codes WHERE handle = $handle", handle=handle)
            self._shut(handle)

    def describe(self, handle: str, *, name: str, email: str) -> None:
        """Keep somebody's name and address."""
        self._set(handle, name=clean_name(name), email=email)

    def set_language(self, handle: str, language: str) -> None:
        """Keep the language that somebody chose; empty for that of their browser."""
        self._set(handle, language=language)

    # What proves who somebody is: never in a value that pages are given.

    def passphrase_hash(self, handle: str) -> str:
        """Return what is kept of somebody's passphrase; empty when they have none, or do not exist,
        or are disabled."""
        return next((row["passphrase"] for row in self._rows(handle) if not row["is_disabled"]), "")

    def set_passphrase(self, handle: str, hashed: str) -> None:
        """Keep a new passphrase's hash; links to choose another one are dead, keys are not."""
        with self._db.transaction():
            self._set(handle, passphrase=hashed)
            self._db.run("DELETE FROM access_links WHERE handle = $handle", handle=handle)

    def recover(self, handle: str, hashed: str) -> None:
        """Keep a new passphrase's hash; all that let anybody in so far is dead: sessions, links
        and keys, for whoever had the account meanwhile may have made some."""
        with self._db.transaction():
            self._set(handle, passphrase=hashed)
            self._shut(handle)

    def totp(self, handle: str) -> tuple[str, int]:
        """Return somebody's TOTP secret (empty: none) and the step of the last code they used."""
        return next(((row["totp"], row["totp_step"]) for row in self._rows(handle)), ("", 0))

    def set_totp(self, handle: str, secret: str, *, step: int, codes: Collection[str] = ()) -> None:
        """Ask for a code from now on, or with an empty secret no more; `codes` are the hashes of
        the recovery codes."""
        with self._db.transaction():
            self._set(handle, totp=secret, totp_step=step)
            self._db.run("DELETE FROM recovery_codes WHERE handle = $handle", handle=handle)
            for code in codes:
                self._db.insert("recovery_codes", {"handle": handle, "code_hash": code})

    def spend_step(self, handle: str, step: int) -> bool:
        """Use up a code; return False when it, or a later one, was used already."""
        return bool(
            self._db.run(
                "UPDATE accounts SET totp_step = $step"
                " WHERE handle = $handle AND totp_step < $step",
                handle=handle,
                step=step,
            )
        )

    def spend_recovery(self, handle: str, code_hash: str) -> bool:
        """Use up a recovery code; return whether there was such a one."""
        return bool(
            self._db.run(
                "DELETE FROM recovery_codes WHERE handle = $handle AND code_hash = $hash",
                handle=handle,
                hash=code_hash,
            )
        )

    def recoveries_left(self, handle: str) -> int:
        """Return how many recovery codes are left."""
        [row] = self._db.rows(
            "SELECT count(*) AS n FROM recovery_codes WHERE handle = $handle", handle=handle
        )
        return int(row["n"])

    # Links by which a passphrase is chosen, once.

    def make_link(self, handle: str, *, lasting: timedelta, now: datetime) -> str:
        """Return the token of a link to choose a passphrase by; older ones are dead."""
        token = secrets.token_urlsafe(32)
        with self._db.transaction():
            self.the(handle)
            self._db.run(
                "DELETE FROM access_links WHERE handle = $handle OR ends_at <= $now",
                handle=handle,
                now=now,
            )
            row: Row = {"token_hash": token_hash(token), "handle": handle, "ends_at": now + lasting}
            self._db.insert("access_links", row)
        return token

    def whose_link(self, token: str, *, now: datetime) -> Account:
        """Return whose link it is, changing nothing; raise LinkError when it is dead."""
        rows = self._db.rows(
            """SELECT accounts.* FROM access_links JOIN accounts USING (handle)
            WHERE token_hash = $hash AND ends_at > $now AND NOT is_disabled
                AND removed_at IS NULL""",
            hash=token_hash(token),
            now=now,
        )
        if rows:
            return account_of(rows[0])
        raise LinkError(
            _("This link does not work any more: it works once, and not for long."),
            _("Ask for another one."),
        )

    def use_link(self, token: str, hashed: str, *, now: datetime) -> Account:
        """Recover an account by the passphrase that a link let somebody choose; the link is dead
        from now on. Raises LinkError when it was dead already."""
        with self._db.transaction():
            account = self.whose_link(token, now=now)
            self.recover(account.handle, hashed)
        return self.the(account.handle)

    def _shut(self, handle: str) -> None:
        for table in ("sessions", "access_links", "api_keys"):
            self._db.run(f"DELETE FROM {table} WHERE handle = $handle", handle=handle)

    def _refuse_last_admin(self, handle: str) -> None:
        admins = {one.handle for one in self.all() if one.may(Role.ADMIN)}
        if admins == {handle}:
            raise UsageError(
                _("« {handle} » is the only administrator left.").format(handle=handle),
                _("Give somebody else that role first."),
            )

    def _rows(self, handle: str) -> list[Row]:
        return self._db.rows(
            "SELECT * FROM accounts WHERE handle = $handle AND removed_at IS NULL", handle=handle
        )

    def _set(self, handle: str, **columns: object) -> None:
        assigned = ", ".join(f"{name} = ${name}" for name in columns)
        changed = self._db.run(
            f"UPDATE accounts SET {assigned} WHERE handle = $handle AND removed_at IS NULL",
            handle=handle,
            **columns,
        )
        if not changed:
            self.the(handle)  # says that there is none


def account_of(row: Row) -> Account:
    """Return the account that a row of `accounts` tells of."""
    return Account(
        handle=row["handle"],
        name=row["name"],
        role=ROLES[row["role"]],
        created_at=from_text(row["created_at"]),
        email=row["email"],
        language=row["language"],
        is_disabled=bool(row["is_disabled"]),
        has_passphrase=bool(row["passphrase"]),
        has_totp=bool(row["totp"]),
        seen_at=from_text(row["seen_at"]),
    )
