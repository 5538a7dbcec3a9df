"""Hand messages to a mail server: the only place that speaks SMTP.

When is a message surely not delivered? As long as its final dot has not left: a server must forget
what breaks off before (RFC 5321, 4.1.1.4). When surely delivered? Once the server has said 250.
Between the two it is *unknown*, and only there.
"""

import re
import smtplib
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from veille.deliver.addresses import read_mailbox
from veille.errors import FailureKind
from veille.model.deliveries import Answer, Outcome, Outgoing
from veille.text import redact, tidy

_BROKEN = (smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException, OSError)
_STATUS = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")
_WORDS = 200
_LINE_START_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Server:
    """Which server, how to reach it privately, and who we are to it.

    `name` is how we greet it; `tls` stands in for the system's way of checking its certificate.
    """

    host: str
    port: int
    name: str
    security: str = "starttls"
    user: str = ""
    password: str = ""
    timeout: float = 60.0
    per_connection: int = 100
    tls: ssl.SSLContext | None = None


class SmtpTransport:
    """A pool of connections to one server: one for each thread that delivers at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._idle: list[_Session] = []
        self._busy: set[_Session] = set()
        self._turn = threading.Lock()

    def deliver(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        """Return what became of a message; see `deliveries.Transport`."""
        with self._turn:
            session = self._idle.pop() if self._idle else _Session(self._server)
            self._busy.add(session)
        try:
            return session.deliver(message, before_data)
        finally:
            with self._turn:
                self._busy.discard(session)
                self._idle.append(session)

    def abort(self) -> None:
        """Cut the connections in use, whatever they wait for."""
        with self._turn:
            for session in self._busy:
                session.cut()

    def close(self) -> None:
        """Take leave of the server."""
        with self._turn:
            for session in self._idle:
                session.leave()
            self._idle.clear()


class _Session:
    """One connection at a time, made when first needed and anew when it breaks or has served."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._served = 0

    def deliver(self, message: Outgoing, before_data: Callable[[], None]) -> Answer:
        if self._served >= self._server.per_connection:
            self.leave()
        if self._smtp is not None and self._asleep(self._smtp):
            self._drop()
        if self._smtp is None:
            try:
                self._smtp, self._served = _connect(self._server), 0
            except (OSError, UnicodeError) as error:  # no name of a server: idna does not say
                return _unreached(error)
        self._served += 1
        return self._transaction(self._smtp, message, before_data)

    def cut(self) -> None:
        """Break the connection off, from another thread."""
        if self._smtp is not None and self._smtp.sock is not None:
            with suppress(OSError):
                self._smtp.sock.shutdown(2)

    def leave(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._drop()

    def _transaction(
        self, smtp: smtplib.SMTP, message: Outgoing, before_data: Callable[[], None]
    ) -> Answer:
        try:
            answer = self._before_data(smtp, message)
        except _BROKEN:
            self._drop()
            return Answer(Outcome.DEFERRED, words=FailureKind.BROKEN)
        if answer is not None:
            self._after_refusal(smtp, answer)
            return answer
        try:
            before_data()
        except BaseException:
            self._drop()  # without its final dot, what the server has is no message
            raise
        return self._data(smtp, message.data)

    def _before_data(self, smtp: smtplib.SMTP, message: Outgoing) -> Answer | None:
        """Announce the message; return the server's answer if it will not have it."""
        recipient = read_mailbox(message.recipient)
        options = [f"size={len(message.data)}"] if smtp.has_extn("size") else []
        if recipient.needs_utf8:
            if not smtp.has_extn("smtputf8"):
                return Answer(Outcome.REFUSED, status="5.6.7")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        code, words = smtp.mail(message.return_path, options)
        if code != 250:  # it refuses us, not this recipient
            return _read(code, words, otherwise=Outcome.UNREACHED)
        code, words = smtp.rcpt(recipient.spec)
        if code not in (250, 251):
            return _read(code, words)
        code, words = smtp.docmd("DATA")
        return None if code == 354 else _read(code, words)

    def _data(self, smtp: smtplib.SMTP, data: bytes) -> Answer:
        try:
            smtp.send(_LINE_START_DOT.sub(b"..", data) + b".\r\n")
        except _BROKEN:
            self._drop()
            return Answer(Outcome.DEFERRED, words=FailureKind.BROKEN)
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(
                    5 * self._server.timeout
                )  # the server may examine it at length
            code, words = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._server.timeout)
        except _BROKEN:
            self._drop()
            return Answer(Outcome.UNKNOWN, words=FailureKind.BROKEN)
        answer = _read(code, words)
        if code == 421 or answer.outcome is Outcome.UNKNOWN:
            self._drop()  # what it says next may be the rest of what could not be understood
        return answer

    def _after_refusal(self, smtp: smtplib.SMTP, answer: Answer) -> None:
        try:
            if answer.code == 421 or smtp.rset()[0] != 250:
                self._drop()
        except _BROKEN:
            self._drop()

    def _asleep(self, smtp: smtplib.SMTP) -> bool:
        """Tell whether a connection that served before has ended meanwhile."""
        try:
            return smtp.noop()[0] != 250
        except _BROKEN:
            return True

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _connect(server: Server) -> smtplib.SMTP:
    """Return a connection ready for messages; it is private and known to be with this server."""
    smtp: smtplib.SMTP
    tls = server.tls or ssl.create_default_context()  # smtplib's own would check nothing
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, server.name, timeout=server.timeout, context=tls
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, server.name, timeout=server.timeout)
    try:
        if server.security == "starttls":
            smtp.starttls(context=tls)
        smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _unreached(error: OSError | UnicodeError) -> Answer:
    """Return why no connection came about: the server's code, or a kind of failure as words."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _read(error.smtp_code, error.smtp_error, otherwise=Outcome.UNREACHED)
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        error = error.__context__  # what the library met
    kinds: dict[type[Exception], FailureKind] = {
        smtplib.SMTPNotSupportedError: FailureKind.TLS,  # STARTTLS or AUTH is not offered
        smtplib.SMTPServerDisconnected: FailureKind.BROKEN,
        ssl.SSLError: FailureKind.TLS,
        TimeoutError: FailureKind.TIMEOUT,
        ConnectionRefusedError: FailureKind.REFUSED_CONNECTION,
        ConnectionError: FailureKind.BROKEN,
    }
    for known, kind in kinds.items():
        if isinstance(error, known):
            return Answer(Outcome.UNREACHED, words=kind)
    return Answer(Outcome.UNREACHED, words=FailureKind.OFFLINE)


def _read(code: int, said: bytes | str, *, otherwise: Outcome | None = None) -> Answer:
    """Return a server's answer; with `otherwise`, whatever it said counts as that."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    words = " ".join(tidy(redact(text)).split())
    found = _STATUS.match(words)
    outcomes = {2: Outcome.ACCEPTED, 4: Outcome.DEFERRED, 5: Outcome.REFUSED}
    outcome = otherwise or outcomes.get(code // 100, Outcome.UNKNOWN)
    return Answer(outcome, code, found[1] if found else "", words[:_WORDS])
