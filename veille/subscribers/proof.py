"""The proof of one person's consent: for machines, and in words for whoever asks to see it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from veille.i18n import _, language
from veille.subscribers.consent import Basis, Consent, ConsentText, may_be_mailed, standing
from veille.subscribers.people import Subscriber


@dataclass(frozen=True, slots=True)
class Proof:
    """What the ledger says of one person at one moment. `texts` are the words shown, by hash."""

    person: Subscriber
    ledger: Sequence[Consent]
    texts: Mapping[str, ConsentText]
    at: datetime

    def told(self) -> dict[str, Any]:
        """Return it for machines; moments in UTC."""
        return {
            "address": self.person.address,
            "state": str(self.person.state),
            "since": self.person.since,
            "at": self.at,
            "may_be_mailed": may_be_mailed(self.person, self.ledger, self.at),
            "standing": [line.number for line in standing(self.ledger, self.at)],
            "ledger": [asdict(line) for line in self.ledger],
            "texts": {key: asdict(text) for key, text in self.texts.items()},
        }

    def words(self, zone: ZoneInfo) -> str:
        """Return it for people, in the language in force, moments in this zone."""
        allowed = may_be_mailed(self.person, self.ledger, self.at)
        verdict = (
            _("On {moment} this person may be written to.")
            if allowed
            else _("On {moment} this person may not be written to.")
        )
        lines = [
            _("Proof of consent of {address}").format(address=self.person.address),
            verdict.format(moment=_moment(self.at, zone)),
        ]
        for line in self.ledger:
            lines += ["", *_entry(line, zone)]
        for key, text in self.texts.items():
            lines += ["", _("Words shown, {key}:").format(key=key[:12]), text.words]
        return "\n".join(lines) + "\n"


def _entry(line: Consent, zone: ZoneInfo) -> list[str]:
    """Return one line of the ledger in words; what is not known of it is left out."""
    facts = (
        (_("  asked on {told}"), line.asked_at),
        (_("  from the network address of hash {told}"), line.asked_origin[:16]),
        (_("  confirmed from the network address of hash {told}"), line.origin[:16]),
        (_("  words shown: {told}"), (line.text_hash or "")[:12]),
        (_("  evidence: {told}"), line.evidence),
        (_("  holds until {told}"), line.expires_at),
        (_("  written down on {told}"), line.recorded_at),
        (_("  by {told}"), f"{line.actor} ({line.way})"),
    )
    head = _("{number}. {moment}: {what}").format(
        number=line.number, moment=_moment(line.given_at, zone), what=basis_name(line.basis)
    )
    told = [(words, _moment(v, zone) if isinstance(v, datetime) else v) for words, v in facts]
    return [head, *(words.format(told=value) for words, value in told if value)]


def basis_name(basis: Basis | None) -> str:
    """Return what people call a basis of consent."""
    names = {
        Basis.EXPRESS: _("express consent"),
        Basis.INQUIRY: _("implied consent: an inquiry"),
        Basis.MEMBERSHIP: _("implied consent: a membership"),
        Basis.PURCHASE: _("implied consent: a purchase or contract"),
    }
    return names[basis] if basis else _("withdrawal")


def _moment(at: datetime, zone: ZoneInfo) -> str:
    where = "fr_CA" if language() == "fr" else "en_CA"
    return str(format_datetime(at.astimezone(zone), "d MMMM y, HH:mm:ss zzz", locale=where))
