"""The issues on disk: composed from the catalogue, edited by a person, approved, frozen, rendered.

    var/bulletins/2026-W47/draft.yaml    what a person edits
                           issue.json    once approved: the issue, by whom, when, and a hash of it
                           mail.html mail.txt web.html calendar.ics    the whole of it, in French

A draft is never overwritten; newcomers are added at its end. An approved issue never changes, but
where a source asks for one of its items to be withdrawn.
"""

from veille.bulletins.desk import (
    AUTOMATIC,
    Built,
    State,
    appeared,
    approve,
    build,
    close_month,
    current_week,
    draft_issue,
    state_of,
    told_before,
)
from veille.bulletins.drafts import load_draft
from veille.bulletins.forms import Rendered, mail_of, rendered, write_forms
from veille.bulletins.place import Bulletins
from veille.bulletins.shelf import approved_issue, archive
from veille.bulletins.withdrawing import Cleared, clear

__all__ = [
    "AUTOMATIC",
    "Built",
    "Bulletins",
    "Cleared",
    "Rendered",
    "State",
    "appeared",
    "approve",
    "approved_issue",
    "archive",
    "build",
    "clear",
    "close_month",
    "current_week",
    "draft_issue",
    "load_draft",
    "mail_of",
    "rendered",
    "state_of",
    "told_before",
    "write_forms",
]
