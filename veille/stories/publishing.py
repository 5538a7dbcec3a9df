"""A story as a catalogue tells it."""

from collections.abc import Sequence

from veille.model.published import PublishedMember, PublishedStory
from veille.model.story import Kind, Link, Story
from veille.stories.reason import reason


def publish(story: Story, aliases: Sequence[str] = ()) -> PublishedStory:
    """Return a story with the reason, in the reader's language, for which its members are one."""
    members = tuple(
        _member(member.item_id, member.item_id == story.original, story.ties)
        for member in story.members
    )
    because = reason(story.ties, by_hand=story.by_hand)
    return PublishedStory(story.story_id, members, because, tuple(aliases))


def _member(item_id: str, is_original: bool, ties: Sequence[Link]) -> PublishedMember:
    """What ties a member best; the original too has a share of its text with another."""
    best = next((tie for tie in ties if item_id in tie.ends), None)
    copied = best is not None and best.kind is Kind.COPY
    kind = "original" if is_original else "copy" if copied else "event"
    return PublishedMember(item_id, kind, best.share if best else 0.0)
