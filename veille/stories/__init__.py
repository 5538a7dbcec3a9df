"""One story once: which items are the same text, or tell the same event. Pure.

A night goes so (`veille.steps.group`): each new version is `signed`; `find_links` between tonight's
items and the candidates that the store looks up; `group` what tonight touched; the links, the
stories and the `aliases` are kept as facts. `reason` says why, to people, and `publish` gives a
story the form in which catalogues tell it.
"""

from veille.model.story import Alias, Kind, Link, Member, Ruling, Story
from veille.stories.grouping import aliases, group, story_id
from veille.stories.items import Item
from veille.stories.keeping import item_of, signed
from veille.stories.likeness import EVENT_DAYS
from veille.stories.pairs import find_links, worth_comparing
from veille.stories.publishing import publish
from veille.stories.reason import reason
from veille.stories.signature import SCHEME, Signature, sign

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
    "item_of",
    "publish",
    "reason",
    "sign",
    "signed",
    "story_id",
    "worth_comparing",
]
