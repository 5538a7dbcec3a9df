"""One story once: which items are the same text, or tell the same event. Pure.

A night goes so: `sign` each new version; `find_links` between tonight's items and the candidates
that the store looks up; `group` what tonight touched; keep the links, the memberships and the
`aliases` as facts. `reason` says why, to people.
"""

from veille.stories.grouping import aliases, group, story_id
from veille.stories.items import Item
from veille.stories.likeness import EVENT_DAYS
from veille.stories.pairs import find_links
from veille.stories.publishing import publish
from veille.stories.reason import reason
from veille.stories.signature import SCHEME, Signature, sign
from veille.story import Alias, Kind, Link, Member, Ruling, Story

__all__ = [
    "EVENT_DAYS",
    "SCHEME",
    "Alias",
    "Item",
    "Kind",
    "Link",
    "Member",
    "Ruling",
    "Signature",
    "Story",
    "aliases",
    "find_links",
    "group",
    "publish",
    "reason",
    "sign",
    "story_id",
]
