"""A workspace's subscribers: opened with its secret and rules, imported, proved, erased."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.errors import UsageError
from veille.i18n import _
from veille.secret import read_secret
from veille.store.subscribers import Subscribers, open_subscribers
from veille.subscribers.addresses import clean
from veille.subscribers.arrivals import Arrival, Fate, check_declared
from veille.subscribers.bounces import BounceRule
from veille.subscribers.choices import Known
from veille.subscribers.consent import ConsentText, Periods
from veille.subscribers.gate import Limits
from veille.subscribers.people import Subscriber
from veille.subscribers.proof import Proof
from veille.subscribers.retention import Retention
from veille.subscribers.rules import Rules
from veille.subscribers.spreadsheet import Defaults, read_people
from veille.subscribers.texts import consent_text
from veille.subscribers.tokens import Keys
from veille.workspace import Workspace

ACTOR = "staff"
"""Who acts when a command does."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of people came to, or would: by line, what became of each or what is wrong.

    `done` is False when nothing was written: a rehearsal, or lines that are refused.
    """

    fates: dict[int, Fate]
    refused: dict[int, str]
    ignored: tuple[str, ...]
    done: bool


def open_readers(workspace: Workspace) -> Subscribers:
    """Open the subscribers of a workspace; see `open_subscribers` for what it raises."""
    keys = Keys(read_secret(workspace.var / "secret"))
    return open_subscribers(
        workspace.var / "subscribers.sqlite", keys=keys, rules=rules_of(workspace)
    )


def rules_of(workspace: Workspace) -> Rules:
    """Return a workspace's rules on its subscribers."""
    settings = workspace.settings.subscribers
    bounces = workspace.settings.deliver.bounces
    return Rules(
        workspace.settings.zone,
        Periods(settings.inquiry_months, settings.relationship_months),
        Limits(settings.per_address, settings.per_origin, settings.overall),
        Retention(settings.pending_days, settings.left_months, settings.bounced_months),
        BounceRule(bounces.hard, bounces.soft, bounces.days),
        settings.link_days,
    )


def words_of_consent(workspace: Workspace, language: str) -> ConsentText:
    """Return the words that this workspace's pages show beside the button.

    Raises UsageError while the settings do not say who asks: such a consent would not hold.
    """
    deliver = workspace.settings.deliver
    wanted = ("organisation", "postal_address", "contact")
    if lacking := [f"deliver.{name}" for name in wanted if not getattr(deliver, name)]:
        raise UsageError(
            _("config.yaml does not say who asks people for their consent: {names}.").format(
                names=", ".join(lacking)
            ),
            _("The law wants it said beside the button; write it there."),
        )
    return consent_text(
        language,
        bulletin=workspace.settings.digest.title or workspace.settings.veille.name,
        organisation=deliver.organisation,
        reach=f"{deliver.postal_address}; {deliver.contact}",
    )


def known_codes(workspace: Workspace) -> Known:
    """Return the domains and regions that this workspace's models know; all may do without any."""
    from veille.classify.soundness import look_at  # costs 0.2 s: only where codes are read

    models = workspace.root / "models"
    if not models.is_dir():
        return Known()
    found = look_at(models)
    return Known(found.domains, found.regions)


def import_people(
    workspace: Workspace,
    readers: Subscribers,
    path: Path,
    defaults: Defaults,
    *,
    now: datetime,
    dry_run: bool = False,
    skip_refused: bool = False,
) -> Imported:
    """Add the people of a CSV file, each with a declared consent: all of them or none.

    Lines that are refused keep the whole file out, unless `skip_refused`. Raises UsageError for a
    file that is no such list.
    """
    sheet = read_people(
        path.read_bytes(), defaults, rules_of(workspace), now, known_codes(workspace)
    )
    refused = {line.number: line.problem for line in sheet.lines if line.arrival is None}
    good = [(line.number, line.arrival) for line in sheet.lines if line.arrival is not None]
    rehearsal = dry_run or bool(refused and not skip_refused)
    fates = readers.bring(
        [arrival for _number, arrival in good],
        actor=ACTOR,
        way=f"import {clean(path.name)}",
        now=now,
        dry_run=rehearsal,
    )
    numbers = [number for number, _arrival in good]
    return Imported(
        dict(zip(numbers, fates, strict=True)), refused, sheet.ignored, done=not rehearsal
    )


def add_person(readers: Subscribers, arrival: Arrival, *, now: datetime) -> Fate:
    """Add one person with a declared consent; raise ConsentError when it does not hold."""
    check_declared(arrival.declared, readers.rules, now)
    [fate] = readers.bring([arrival], actor=ACTOR, way="add", now=now)
    return fate


def proof_of(readers: Subscribers, person: Subscriber, *, now: datetime) -> Proof:
    """Return the proof of a person's consent as it stands now."""
    ledger = readers.ledger(person.subscriber_id)
    return Proof(person, ledger, readers.texts(ledger), now)
