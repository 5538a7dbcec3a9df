"""What staff read of incidents: what is wrong, since when, what to do. Pure.

The language is the one in force.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from veille.digest.typography import spoken_day, spoken_hour
from veille.errors import FailureKind
from veille.health.incidents import WEEKLY, AlertKind, Incident
from veille.i18n import _, _n, language
from veille.wording import explain

SHOWN = 20
"""Sources of one trouble that a message names; `veille status --sources` shows them all."""

PAGE = "docs/exploitation.md"


def title(one: Incident) -> str:
    """Say in one line what is wrong with what."""
    subject = one.name or one.subject
    return {
        AlertKind.RUN_FAILED: _("The run « {subject} » failed"),
        AlertKind.RUN_DIED: _("The run « {subject} » broke off"),
        AlertKind.NO_NETWORK: _("The run « {subject} » could reach nothing"),
        AlertKind.RUN_MISSING: _("The run « {subject} » did not begin"),
        AlertKind.BULLETIN_WAITS: _("The bulletin {week} waits for approval"),
        AlertKind.BULLETIN_LATE: _("The bulletin {week} was not approved in time"),
        AlertKind.BULLETIN_EMPTY: _("The bulletin {week} is empty"),
        AlertKind.SENDING_ENDED: _("The mail server ended the sending of {week}"),
        AlertKind.MESSAGES_UNKNOWN: _("Messages of {week} whose fate nobody knows"),
        AlertKind.DESK_OTHER: _("The desk is another one than before"),
        AlertKind.DESK_GONE: _("The desk is gone, or cannot be read"),
        AlertKind.DISK_LOW: _("The disk is nearly full"),
        AlertKind.BACKUP_FAILED: _("The backup failed"),
        AlertKind.BACKUP_OLD: _("The last backup is old"),
        AlertKind.SOURCE_FAILING: _("The source « {subject} » fails"),
        AlertKind.SOURCE_SILENT: _("The source « {subject} » is silent"),
        AlertKind.SOURCE_RETIRED: _("The source « {subject} » was withdrawn by its site"),
    }[one.kind].format(subject=subject, week=one.subject)


def what(one: Incident, zone: ZoneInfo) -> str:
    """Say what happened, and when."""
    if one.kind is AlertKind.BULLETIN_WAITS:
        return _waits(one, zone)
    told = {
        AlertKind.RUN_FAILED: _("It began on {since}. {why}"),
        AlertKind.RUN_DIED: _("It began on {since} and left no account: killed, or the machine "
                              "stopped."),
        AlertKind.NO_NETWORK: _("It began on {since}, and no source answered."),
        AlertKind.RUN_MISSING: _waited(one),
        AlertKind.BULLETIN_LATE: _("Its hour to leave came, on {since}: once approved, it waits "
                                   "for the next sending, as long as its week lasts."),
        AlertKind.BULLETIN_EMPTY: _("On {since} its draft kept nothing: nothing will leave."),
        AlertKind.SENDING_ENDED: _("On {since}: {why}"),
        AlertKind.MESSAGES_UNKNOWN: _("On {since}: {why}"),
        AlertKind.DESK_OTHER: _("On {since}: {why}"),
        AlertKind.DESK_GONE: _("On {since}: {why}"),
        AlertKind.DISK_LOW: _("{free} GB are free where var/ is."),
        AlertKind.BACKUP_FAILED: _("On {since}: {why}"),
        AlertKind.BACKUP_OLD: _("The last one was made on {since}, in {why}."),
        AlertKind.SOURCE_FAILING: _("since {since}: {why}"),
        AlertKind.SOURCE_SILENT: _("nothing new since {since}, longer than usual"),
        AlertKind.SOURCE_RETIRED: _("on {since} its address was said to be gone for good"),
    }[one.kind]  # fmt: skip
    why = explain(one.cause, one.detail) if one.kind in WEEKLY else one.cause or one.detail
    return told.format(since=moment(one.since, zone), why=why, free=one.detail).strip()


def remedy(one: Incident) -> str:
    """Say what to do about it; `PAGE` says more, under the incident's own name."""
    if one.kind is AlertKind.SOURCE_FAILING:
        return _of_failing(one.cause)
    return {
        AlertKind.RUN_FAILED: _("« veille status » says which step; mend what it names, then "
                                "« veille run {subject} » resumes it."),
        AlertKind.RUN_DIED: _("Nothing is lost: the next run resumes. If it comes back, see the "
                              "machine’s memory (« journalctl -k »)."),
        AlertKind.NO_NETWORK: _("See that this machine reaches the network; the next run resumes."),
        AlertKind.RUN_MISSING: _("See that a clock is running (« systemctl status veille ») and "
                                 "that « veille check » finds no fault."),
        AlertKind.BULLETIN_WAITS: _("Read it and approve it, on the pages or with « veille digest "
                                    "approve »."),
        AlertKind.BULLETIN_LATE: _("Approve it (« veille digest approve »), or let the week go."),
        AlertKind.BULLETIN_EMPTY: _("Keep some items in the draft if the week has any worth it."),
        AlertKind.SENDING_ENDED: _("« veille digest status » says what waits; the next run tries "
                                   "again. See docs/envoi.md."),
        AlertKind.MESSAGES_UNKNOWN: _("Decide with « veille digest settle »: send again, or let "
                                      "be."),
        AlertKind.DESK_OTHER: _("If a backup was restored, all is well. If not, restore the desk: "
                                "what it held before is in no page any more."),
        AlertKind.DESK_GONE: _("Restore var/desk.sqlite from a backup before anybody decides."),
        AlertKind.DISK_LOW: _("Free some space (old backups, logs, publish.keep); « veille "
                              "status » says what grew."),
        AlertKind.BACKUP_FAILED: _("Mend what it names, then « veille backup »."),
        AlertKind.BACKUP_OLD: _("See what should make it (cron, a timer), then « veille backup »."),
        AlertKind.SOURCE_SILENT: _("See the site: has it moved its news? « veille sources add "
                                   "URL » finds a new address; otherwise let it rest."),
        AlertKind.SOURCE_RETIRED: _("Look for its new address (« veille sources add URL »), or "
                                    "take it out of sources.yaml."),
    }[one.kind].format(subject=one.subject)  # fmt: skip


def _of_failing(cause: str) -> str:
    refused = {FailureKind.DENIED, FailureKind.ROBOTS, FailureKind.RATE_LIMITED}
    moved = {
        FailureKind.MISSING, FailureKind.NOT_A_FEED, FailureKind.EMPTY, FailureKind.MALFORMED,
        FailureKind.GONE, FailureKind.BAD_URL, FailureKind.REDIRECT_LOOP,
    }  # fmt: skip
    if cause in refused:
        return _("Write to those who keep the site and ask to be let in; or pause the source "
                 "(active: false).")  # fmt: skip
    if cause in moved:
        return _("Look for the new address: « veille sources add URL » of the site’s home page.")
    if cause == FailureKind.RECIPE:
        return _("The page has changed: write its selectors anew in sources.yaml "
                 "(docs/sources.md), then « veille sources check ID ».")  # fmt: skip
    return _("Open the address in a browser. If the site is well there, « veille sources check "
             "ID » says more; if it is not, wait or pause the source.")  # fmt: skip


def subject_line(watch: str, incidents: Sequence[Incident]) -> str:
    """Return the subject of the message that tells of these."""
    urgent = [one for one in incidents if one.kind not in WEEKLY]
    if len(urgent) == 1:
        return f"[{watch}] {title(urgent[0])}"
    if urgent:
        told = _n("{n} thing is wrong", "{n} things are wrong", len(urgent))
        return f"[{watch}] {told.format(n=len(urgent))}"
    n = len(incidents)
    told = _n("{n} source in trouble", "{n} sources in trouble", n)
    return f"[{watch}] {told.format(n=n)}"


def by_remedy(incidents: Sequence[Incident]) -> list[tuple[str, list[Incident]]]:
    """Return incidents that one thing is to be done about together, the most frequent first."""
    ordered = sorted(incidents, key=lambda one: (one.kind, remedy(one), one.since))
    groups = [(told, list(group)) for told, group in groupby(ordered, key=remedy)]
    return sorted(groups, key=lambda group: -len(group[1]))


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people write it."""
    at = at.astimezone(zone)
    if language() != "fr":
        return str(format_datetime(at, "d MMMM 'at' HH:mm", locale="en_CA"))
    return f"{spoken_day(at.date(), 'fr')} à {spoken_hour(at, 'fr')}"


def _waited(one: Incident) -> str:
    if one.detail:
        return _("It was due on {since}; « {why} » has been at work ever since.")
    return _("It was due on {since}.")


def _waits(one: Incident, zone: ZoneInfo) -> str:
    n = int(one.cause)
    told = _n(
        "Its draft keeps {n} item. Its hour: {at}; approved later, it waits for the next sending.",
        "Its draft keeps {n} items. Its hour: {at}; approved later, it waits for the next sending.",
        n,
    )
    return told.format(n=n, at=moment(datetime.fromisoformat(one.detail), zone))
