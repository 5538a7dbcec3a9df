"""An approved issue reaches its readers: planned, checked, queued, sent, and what came back read.

This is where a workspace's settings, its bulletins, its subscribers and the delivery meet.
"""

from veille.mailout.due import send_due
from veille.mailout.plan import Plan, plan_issue, refuse_unsendable
from veille.mailout.sending import send_issue, send_test
from veille.mailout.standing import Standing, settle, standing_of

__all__ = [
    "Plan",
    "Standing",
    "plan_issue",
    "refuse_unsendable",
    "send_due",
    "send_issue",
    "send_test",
    "settle",
    "standing_of",
]
