"""The `deliver:` section of config.yaml: who sends the bulletin, through which server, how fast.

Passwords are not settings: they come from the environment alone (`VEILLE_SMTP_PASSWORD`,
`VEILLE_IMAP_PASSWORD`), so that none is ever written in a file that people share.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator

from veille.i18n import _
from veille.settings.section import Section

if TYPE_CHECKING:
    from email.headerregistry import Address

_LIST_ID = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NAMED = re.compile(r"([^<>@]*)<([^<>\s]+)>\s*")  # Pôle, Québec <a@b.org>: quotes or not
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def read_address(text: str) -> "Address":
    """Return the one address in `Name <local@domain>` or `local@domain`; raise ValueError."""
    from email.errors import MessageError
    from email.headerregistry import Address

    named = _NAMED.fullmatch(text)
    name, spec = named.groups() if named else ("", text)
    if not text.isprintable() or "@" not in spec:
        raise ValueError(_("« {text} » is not an e-mail address").format(text=text))
    try:
        address = Address(name.strip('" '), addr_spec=spec)
        if "." in _in_ascii(address.domain):
            return address
        raise ValueError  # a machine's own name: no other server knows it
    except (MessageError, ValueError, IndexError):
        raise ValueError(_("« {text} » is not an e-mail address").format(text=text)) from None


def _an_address(text: str) -> str:
    if text:
        read_address(text)
    return text


def _a_list_id(text: str) -> str:
    if text and not _LIST_ID.fullmatch(text):
        raise ValueError(_("« {text} » should read like bulletin.example.org").format(text=text))
    return text


def _a_web_address(text: str) -> str:
    """Return an address as headers and mail programs take it: in ASCII alone (veille.québec)."""
    if not text:
        return text
    found = re.fullmatch(r"(https?)://([^\s/?#@<>\":]+)(:\d+)?(/[^\s?#<>\"]*)?", text)
    if not found:
        raise ValueError(_("« {text} » should begin with https://").format(text=text))
    scheme, host, port, path = (part or "" for part in found.groups())
    plain = host if host.isascii() else _in_ascii(host)
    return f"{scheme}://{plain}{port}{quote(path, safe='/%:;,=~+@!$&()*')}".rstrip("/")


def _in_ascii(domain: str) -> str:
    """Return a domain as the network knows it; raise ValueError for what is none."""
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except ValueError:
        raise ValueError(_("« {text} » is not a domain name").format(text=domain)) from None


def _a_domain(text: str) -> str:
    return _in_ascii(text) if text else text


def _a_selector(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text):
        told = _("« {text} » should be a word of letters and digits, like veille")
        raise ValueError(told.format(text=text))
    return text


Address_ = Annotated[str, AfterValidator(_an_address)]


class DkimSettings(Section):
    """The signature (DKIM) by which receivers know that a message is ours; see docs/envoi.md."""

    domain: Annotated[str, AfterValidator(_a_domain)] = ""
    """Domain that signs; when empty, that of `deliver.from`."""

    selector: Annotated[str, AfterValidator(_a_selector)] = ""
    """Name of the key in the domain's records; without it messages are not signed here, but
    perhaps by the provider."""

    key: Path = Path("var/dkim.pem")
    """File of the private key (RSA, PEM), readable by its owner alone."""


class BounceSettings(Section):
    """Where messages that came back, and complaints, are read."""

    maildir: Path | None = None
    """A maildir folder."""

    imap_host: str = ""
    """An IMAP server, asked over TLS; its password comes from VEILLE_IMAP_PASSWORD."""

    imap_user: str = ""
    """Account on that server."""

    imap_folder: str = "INBOX"
    """Folder on that server."""

    hard: int = Field(default=2, ge=1)
    """Lasting refusals (no such mailbox) after which nothing more is sent to an address."""

    soft: int = Field(default=5, ge=1)
    """Passing refusals (full mailbox) of different issues after which nothing more is sent."""

    days: int = Field(default=60, ge=1)
    """Days within which these refusals count."""


class DeliverSettings(Section):
    """Who sends the bulletin, through which mail server, and how fast."""

    host: str = ""
    """Mail server that takes our messages; without it nothing is sent."""

    port: int = Field(default=587, ge=1, le=65535)
    """Its port: 587 for STARTTLS, 465 for TLS."""

    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is made private; `none` only for a server on this machine."""

    user: str = ""
    """Account on that server; its password comes from VEILLE_SMTP_PASSWORD."""

    sender: Address_ = Field(default="", alias="from")
    """Who the bulletin is from: « Name <address> »."""

    reply_to: Address_ = ""
    """Where answers go, when not to `deliver.from`."""

    return_path: Address_ = ""
    """Where messages that cannot be delivered come back, when not to `deliver.from`."""

    verp: bool = False
    """Give each message a return address of its own (`bounces+code@…`), so that one that comes back
    is always recognised; the server must take such addresses."""

    list_id: Annotated[str, AfterValidator(_a_list_id)] = ""
    """The bulletin's name among lists, like bulletin.example.org; when empty, `veille.` and the
    domain of `deliver.from`."""

    organisation: str = Field(default="", max_length=120)
    """Organisation that sends, named at the foot of each message (the law asks for it)."""

    postal_address: str = Field(default="", max_length=240)
    """Its postal address, told there too (the law asks for it)."""

    contact: str = Field(default="", max_length=240)
    """A telephone number, an e-mail or a web address to reach it (the law asks for one)."""

    public_url: Annotated[str, AfterValidator(_a_web_address)] = ""
    """Where readers reach the pages of `veille serve`, like https://veille.example.org: the links
    in messages lead there."""

    per_minute: int = Field(default=60, ge=1, le=100_000)
    """Messages sent in a minute, at most."""

    connections: int = Field(default=1, ge=1, le=20)
    """Connections to the server at the same time. A send that dies leaves one message of unknown
    fate for each at most."""

    per_connection: int = Field(default=100, ge=1)
    """Messages after which a connection is made anew."""

    timeout: float = Field(default=60.0, gt=0, le=600)
    """Seconds to wait for each answer of the server; for the one that ends a message, five times
    as long."""

    retry_hours: float = Field(default=48.0, ge=0)
    """Hours during which a message that the server put off is tried again."""

    patience: float = Field(default=15.0, ge=0, le=240)
    """Minutes that one send waits for messages put off; later ones are left to the next send."""

    dkim: DkimSettings = Field(default_factory=DkimSettings)
    bounces: BounceSettings = Field(default_factory=BounceSettings)

    @model_validator(mode="after")
    def _private(self) -> Self:
        if self.security == "none" and self.host not in {"", *_LOOPBACK}:
            raise ValueError(_("security: none is only for a server on this machine"))
        return self
