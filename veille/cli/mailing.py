"""What `veille digest send` and its neighbours do and say."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from veille.bulletins import Bulletins, approved_issue, current_week, draft_issue, rendered
from veille.cli.speech import err, out, print_json
from veille.clock import SystemClock
from veille.deliver.checks import Finding
from veille.deliver.signing import dns_record
from veille.deliver.wording import explain_answer, tell_counts
from veille.digest.editions import why
from veille.digest.typography import spoken_moment
from veille.errors import UsageError
from veille.i18n import _, _n, language
from veille.keeping.held import is_held, settle_held
from veille.mailout import Plan, plan_issue, refuse_unsendable, send_issue, send_test, settle
from veille.mailout.checking import check_plan, check_web
from veille.mailout.plan import Post
from veille.mailout.sending import signer_of
from veille.model.bulletin import Approved
from veille.model.deliveries import Outcome, Sent, State
from veille.online import open_fetcher
from veille.runner import stopped_by_signals
from veille.sources.registry import load_sources
from veille.store.outbox import SETTLED_BY_PEOPLE, Outbox
from veille.store.subscribers import Subscribers
from veille.subscriptions import open_readers
from veille.workspace import Workspace, open_workspace

DONE, HALTED, WRONG, UNREACHED = 0, 1, 2, 4


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked on the command line."""

    week: str | None
    dry_run: bool
    limit: int | None
    whenever: bool
    despite: bool
    json: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace with its bulletins and its readers."""

    workspace: Workspace
    bulletins: Bulletins
    readers: Subscribers


def run_send(given: Path | None, asked: Asked) -> int:
    """Send an issue, or say what would go; return the exit code."""
    clock = SystemClock()
    with _opened(given) as opened:
        name = asked.week or current_week(opened.bulletins, clock.now())
        waits = Outbox(opened.readers.db).is_queued(name)
        approved = refuse_unsendable(
            opened.bulletins, name, clock.now(), whenever=asked.whenever or asked.dry_run or waits
        )
        if waits and not asked.dry_run:
            return _send(opened, approved, asked)
        plan = plan_issue(opened.bulletins, opened.readers, approved, clock.now())
        found = check_plan(opened.workspace, opened.bulletins, approved, plan, clock.now())
        if asked.dry_run:
            if waits and not asked.json:
                counts = tell_counts(Outbox(opened.readers.db).counts(name))
                out.print(_("Queued already: {counts}.").format(counts=", ".join(counts)))
            _tell_plan(plan, found + _web(opened.workspace, plan), asked.json)
            return WRONG if _stands_in_the_way(found) else DONE
        _tell_findings(found)
        if _stands_in_the_way(found) and not asked.despite:
            raise UsageError(
                _("The issue {name} is not sent: something above is at fault.").format(name=name),
                _("Mend it; « --dry-run » shows what would go."),
            )
        if plan.posts:
            return _send(opened, approved, asked, plan)
        out.print(_("The issue {name} holds nothing for anybody.").format(name=name))
        return DONE


def run_test(given: Path | None, asked: Asked, address: str) -> int:
    """Send one edition, the whole issue or its draft, to one address; return the exit code."""
    clock = SystemClock()
    with _opened(given) as opened:
        bulletins = opened.bulletins
        name = asked.week or current_week(bulletins, clock.now())
        approved = approved_issue(bulletins, name)
        issue = approved.issue if approved else draft_issue(bulletins, name)[0]
        mail = rendered(bulletins, issue, clock.now()).mail
        answer = send_test(opened.workspace, mail, address, clock=clock)
    if answer.outcome is Outcome.ACCEPTED:
        out.print(_("The server took the test message."))
        return DONE
    out.print(explain_answer(answer))
    return UNREACHED if answer.outcome is Outcome.UNREACHED else HALTED


def run_settle(
    given: Path | None, week: str | None, *, resend: bool, state: str, only: Sequence[str]
) -> int:
    """Settle messages as a person decided; return how many."""
    if state not in set(SETTLED_BY_PEOPLE):
        raise UsageError(
            _("« {found} » is not one of {expected}").format(
                found=state, expected=", ".join(SETTLED_BY_PEOPLE)
            )
        )
    clock = SystemClock()
    with _opened(given) as opened:
        name = week or current_week(opened.bulletins, clock.now())
        chosen = [State(state)]
        return settle(
            opened.readers, name, resend=resend, now=clock.now(), states=chosen, only=only
        )


def settle_issue(given: Path | None, week: str | None, *, resend: bool) -> str | None:
    """Settle an issue that a restore holds back; return what to say, None where none is held."""
    workspace = open_workspace(given)
    bulletins = Bulletins.of(workspace.root, workspace.settings, ())
    name = week or current_week(bulletins, SystemClock().now())
    if not is_held(workspace.var, name, workspace.settings.zone):
        return None
    settle_held(workspace.var, name, resend=resend)
    if resend:
        return _("The issue {name} goes with the next send.").format(name=name)
    return _("The issue {name} counts as sent.").format(name=name)


def told_key(given: Path | None) -> str:
    """Return the name and the content of the DKIM record to publish."""
    signer = signer_of(open_workspace(given))
    if signer is None:
        raise UsageError(
            _("deliver.dkim.selector is empty: messages are not signed here."),
            _("docs/envoi.md says how to begin."),
        )
    return f"{signer.selector}._domainkey.{signer.domain} TXT\n{dns_record(signer.key)}"


@contextmanager
def _opened(given: Path | None) -> Iterator[Opened]:
    workspace = open_workspace(given)
    sources = load_sources(workspace.sources)
    bulletins = Bulletins.of(workspace.root, workspace.settings, sources)
    with open_readers(workspace) as readers:
        yield Opened(workspace, bulletins, readers)


def _send(opened: Opened, approved: Approved, asked: Asked, plan: Plan | None = None) -> int:
    stopping = threading.Event()
    with stopped_by_signals(stopping):
        sent = send_issue(
            opened.workspace,
            opened.bulletins,
            opened.readers,
            approved,
            clock=SystemClock(),
            stopping=stopping,
            plan=plan,
            limit=asked.limit,
            on_wait=lambda until: _tell_wait(until, opened),
        )
    if asked.json:
        print_json(sent)
    else:
        _tell_sent(sent, opened)
    if sent.halted is None:
        return DONE
    return HALTED if sent.now else UNREACHED


def _web(workspace: Workspace, plan: Plan) -> list[Finding]:
    """Return what is found of the links; without a contact address nobody's site is asked."""
    try:
        with open_fetcher(workspace, SystemClock()) as fetcher:
            return check_web(workspace, plan, fetcher)
    except UsageError as error:
        return [Finding(False, str(error))]


def _tell_wait(until: datetime, opened: Opened) -> None:
    at = until.astimezone(opened.workspace.settings.zone)
    told = _("Waiting until {at} for messages put off; Ctrl-C leaves them to the next send.")
    err.print(told.format(at=f"{at:%H:%M:%S}"))


def _tell_sent(sent: Sent, opened: Opened) -> None:
    if sent.queued:
        out.print(
            _n("{n} message queued.", "{n} messages queued.", sent.queued).format(n=sent.queued)
        )
    if sent.found_unknown:
        out.print(
            _n(
                "{n} message was in flight when the last sending died: nobody knows whether it "
                "arrived. It is not sent again by itself.",
                "{n} messages were in flight when the last sending died: nobody knows whether they "
                "arrived. They are not sent again by themselves.",
                sent.found_unknown,
            ).format(n=sent.found_unknown)
        )
    out.print(_("Now: {counts}.").format(counts=", ".join(tell_counts(sent.now)) or "-"))
    out.print(_("In all: {counts}.").format(counts=", ".join(tell_counts(sent.counts)) or "-"))
    if sent.halted:
        err.print(_("The server ended it: {why}.").format(why=explain_answer(sent.halted)))
    if sent.next_due and sent.next_due > SystemClock().now():
        at = sent.next_due.astimezone(opened.workspace.settings.zone)
        out.print(_("The next ones are due on {at}.").format(at=spoken_moment(at, language())))
    if any(sent.counts.get(state) for state in SETTLED_BY_PEOPLE):
        out.print(_("« veille digest status » lists those that a person should look at."))


def _tell_plan(plan: Plan, found: list[Finding], json: bool) -> None:
    if json:
        print_json({"plan": _plain_plan(plan), "findings": found})
        return
    told = _n("{n} message would go.", "{n} messages would go.", plan.messages)
    out.print(told.format(n=plan.messages))
    if plan.without:
        told = _n(
            "{n} reader’s choices find nothing in it.",
            "{n} readers’ choices find nothing in it.",
            plan.without,
        )
        out.print(told.format(n=plan.without))
    for post in plan.posts:
        _tell_post(post)
    _tell_findings(found)


def _tell_post(post: Post) -> None:
    n = len(post.readers)
    weight = len(post.mail.html.encode()) // 1000
    head = _n("Edition {key}: {n} reader, {kb} kB", "Edition {key}: {n} readers, {kb} kB", n)
    out.print()
    out.print(head.format(key=post.mail.key, n=n, kb=weight), style="bold")
    out.print(_("Subject: {subject}").format(subject=post.mail.subject), markup=False)
    for chosen in post.choices[:5]:
        everything = _("everything")
        domains, regions = ", ".join(chosen.domains), ", ".join(chosen.regions)
        out.print(f"  {chosen.language}: {domains or everything}; {regions or everything}")
    first = post.choices[0]
    for piece in post.edition.pieces:
        reasons = ", ".join(why(piece, first.domains, first.regions)) or piece.section
        out.print(f"  - {piece.title} ({piece.source}): {reasons}", markup=False)


def _plain_plan(plan: Plan) -> dict[str, object]:
    posts = [
        {
            "edition": post.mail.key,
            "subject": post.mail.subject,
            "readers": len(post.readers),
            "choices": post.choices,
            "text": post.mail.text,
            "items": [piece.item_id for piece in post.edition.pieces],
        }
        for post in plan.posts
    ]
    return {
        "issue": plan.issue, "messages": plan.messages, "without": plan.without, "posts": posts
    }  # fmt: skip


def _tell_findings(found: list[Finding]) -> None:
    for finding in found:
        mark = _("fault") if finding.fault else _("remark")
        err.print(f"{mark}: {finding.told}", style="red" if finding.fault else None, markup=False)


def _stands_in_the_way(found: list[Finding]) -> bool:
    return any(finding.fault for finding in found)
