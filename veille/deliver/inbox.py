"""Where messages come back: a maildir, or an IMAP folder. What was dealt with is marked as read."""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from veille.deliver.bounces import LARGEST
from veille.errors import NothingPossible, UsageError
from veille.i18n import _

SECONDS = 60.0
"""Time to wait for each answer of an IMAP server."""


class Inbox(Protocol):
    """Holds messages that came in."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Yield each message that nobody has read, with its name in there."""
        ...

    def mark_read(self, name: str) -> None:
        """Tell that a message was dealt with."""
        ...


class Maildir:
    """A maildir; raises UsageError when there is none."""

    def __init__(self, path: Path) -> None:
        if not all((path / name).is_dir() for name in ("new", "cur", "tmp")):
            raise UsageError(_("{path} is not a maildir.").format(path=path))
        self._box = mailbox.Maildir(path, create=False)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self._box.keys()):
            if "S" not in self._box.get_message(name).get_flags():
                yield name, self._box.get_bytes(name)

    def mark_read(self, name: str) -> None:
        message = self._box.get_message(name)
        message.set_subdir("cur")
        message.add_flag("S")
        self._box[name] = message


class ImapFolder:
    """A folder of an IMAP server."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self._server = server

    def unread(self) -> Iterator[tuple[str, bytes]]:
        _status, [found] = self._server.uid("SEARCH", "UNSEEN")
        for uid in (found or b"").decode("ascii").split():
            _status, parts = self._server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST}>)")
            for part in parts:
                if isinstance(part, tuple):
                    yield uid, part[1]

    def mark_read(self, name: str) -> None:
        self._server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def open_imap(
    host: str, user: str, password: str, folder: str, *, tls: ssl.SSLContext | None = None,
    port: int = 993,
) -> Iterator[ImapFolder]:  # fmt: skip
    """Open a folder of an IMAP server, over TLS that is checked.

    Raises NothingPossible when it cannot be reached, or does not let us in, or ends in the midst.
    """
    try:
        context = tls or ssl.create_default_context()
        with imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=SECONDS) as server:
            server.login(user, password)
            status, _found = server.select(_quoted(folder))
            if status != "OK":
                raise NothingPossible(_("{host} has no folder « {folder} ».").format(
                    host=host, folder=folder))  # fmt: skip
            yield ImapFolder(server)
    except (imaplib.IMAP4.error, OSError) as error:
        told = str(error) or type(error).__name__
        raise NothingPossible(
            _("The mail server {host} could not be read: {error}").format(host=host, error=told)
        ) from None


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
