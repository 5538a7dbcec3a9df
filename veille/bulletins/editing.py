"""A draft edited by several hands: each gesture written whole, alone, and over nothing unseen.

The file stays the truth of a draft: a gesture is taken on what the file says at that moment, and
whoever changed it by hand since is heard first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from veille.bulletins.desk import refuse_far, told_before
from veille.bulletins.drafts import (
    DRAFT,
    draft_in,
    draft_text,
    facts_of,
    offered,
    stamp_of,
)
from veille.bulletins.place import Bulletins
from veille.bulletins.shelf import refuse_approved
from veille.bulletins.turns import one_hand
from veille.digest.draft import Draft, issue_from, offered_line, stories_of
from veille.digest.gestures import added
from veille.digest.rewriting import rewritten
from veille.errors import Outdated, UsageError
from veille.files import write
from veille.i18n import _
from veille.model.bulletin import Candidate

Gesture = Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A week's draft as it is now, the stamp of its file, and its items as the catalogue has them.

    `lost` are the items that it keeps in vain: withdrawn, or told by another issue.
    """

    draft: Draft
    stamp: str
    found: dict[str, Candidate]
    lost: frozenset[str]


def sheet(bulletins: Bulletins, week: str) -> Sheet:
    """Return a week's draft with what an editor wants to know of its items; raise as `load_draft`,
    and StoreError without a catalogue.
    """
    text = draft_text(bulletins, week)
    draft = draft_in(bulletins, week, text)
    found = offered(bulletins, week, [line.item_id for line in draft.lines])
    _issue, lost = issue_from(draft, found, bulletins.settings.digest, told_before(bulletins, week))
    by_id = {one.item.item_id: one for one in found}
    return Sheet(draft, stamp_of(text), by_id, frozenset(line.item_id for line in lost))


def edit(
    bulletins: Bulletins,
    week: str,
    gesture: Gesture,
    *,
    stamp: Callable[[Draft], str] | None = None,
    seen: str = "",
) -> Draft:
    """Do what an editor asks of a week's draft; return it as it is then.

    `stamp` is that of the part which they change, `seen` what it was before their eyes: where the
    two differ, somebody changed that part since, and nothing is written. Raises Outdated then,
    UsageError for an approved week or a draft written so that it cannot be changed here,
    ConfigError for one with faults.
    """
    with one_hand(bulletins):
        refuse_approved(bulletins, week)
        text = draft_text(bulletins, week)
        before = draft_in(bulletins, week, text)
        if stamp is not None and stamp(before) != seen:
            raise Outdated(
                _("Somebody changed this meanwhile; nothing of yours was written."),
                _("Look at what it says now; what you wrote is still in the form."),
            )
        after = gesture(before)
        if after != before:
            write(bulletins.folder / week / DRAFT, rewritten(text, after))
        return after


def offer(bulletins: Bulletins, week: str, item_id: str, note: str, now: datetime) -> Draft:
    """Put an item of the catalogue in a week's draft, kept, at its end, with a note.

    Raises UsageError where it may not be there: not in the catalogue, its source lets nobody name
    it, told by another issue, or by the draft already.
    """
    refuse_far(bulletins, week, now)
    with one_hand(bulletins):
        refuse_approved(bulletins, week)
        text = draft_text(bulletins, week)
        draft = draft_in(bulletins, week, text)
        ids = [item_id, *(line.item_id for line in draft.lines)]
        found = offered(bulletins, week, ids)
        stories = stories_of(found, [item_id])
        if item_id not in stories:
            raise UsageError(_("This item cannot be told: withdrawn, or its source forbids it."))
        story = stories[item_id]
        if not told_before(bulletins, week).isdisjoint(story.ids):
            raise UsageError(_("An earlier issue told this story."))
        if any(line.item_id in story.ids for line in draft.lines):
            raise UsageError(_("The draft has this story already."))
        today = now.astimezone(bulletins.settings.zone).date()
        line = offered_line(story.told_by, {item_id: note}, today)
        after = added(draft, [line])
        facts = facts_of(bulletins, found, [line])
        write(bulletins.folder / week / DRAFT, rewritten(text, after, facts))
        return after
