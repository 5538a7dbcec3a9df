"""What a store keeps for stories and looks up for a night, in memory: the nightly step in small."""

from collections.abc import Iterable, Sequence

from veille.stories import (
    EVENT_DAYS,
    Alias,
    Item,
    Link,
    Ruling,
    Story,
    aliases,
    find_links,
    group,
    worth_comparing,
)


class Shelf:
    """Items, links, memberships and aliases as they stand after some nights."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.links: dict[tuple[str, str], Link] = {}
        self.story_of: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.stories: dict[str, Story] = {}
        self.anchors: dict[str, str] = {}

    def night(self, tonight: Sequence[Item], rulings: Sequence[Ruling] = ()) -> list[Alias]:
        """Take in new items and new versions; return the ids that fell out of use."""
        ids = {item.item_id for item in tonight}
        held = [link for link in self.links.values() if ids & {link.one, link.other}]
        before = dict(self.story_of)
        links = find_links(tonight, self._candidates(tonight, held), held)
        for link in held:
            del self.links[link.one, link.other]
        self.links |= {(link.one, link.other): link for link in links}
        self.items |= {item.item_id: item for item in tonight}
        ends = {end for link in held for end in (link.one, link.other)}
        ruled = {end for ruling in rulings for end in (ruling.one, ruling.other)}
        touched = [self.items[each] for each in self._reach(ids | ends | ruled, rulings)]
        stories = group(touched, self.links.values(), rulings)
        retired = aliases(stories, before, touched)
        self._keep(stories, retired)
        return retired

    def members(self) -> dict[str, set[str]]:
        """The ids of the items of each story."""
        return {
            story.story_id: {member.item_id for member in story.members}
            for story in self.stories.values()
        }

    def resolve(self, story_id: str) -> str:
        """The story that an id stands for now: the one that tells the item it was named for."""
        if story_id in self.stories:
            return story_id
        assert story_id in self.aliases
        return self.story_of[self.anchors[story_id]]

    def _candidates(self, tonight: Sequence[Item], held: Sequence[Link]) -> list[Item]:
        sharing = ((item.item_id, item.signature.bands()) for item in self.items.values())
        near = worth_comparing(tonight, sharing)
        ends = {end for link in held for end in (link.one, link.other)}
        return [
            item
            for item in self.items.values()
            if item.item_id in near | ends
            or any(abs((item.told_on - new.told_on).days) <= EVENT_DAYS for new in tonight)
        ]

    def _reach(self, ids: Iterable[str], rulings: Sequence[Ruling]) -> set[str]:
        """The items linked to these, by links or by people, directly or not."""
        together = [(ruling.one, ruling.other) for ruling in rulings if ruling.together]
        edges = [*self.links, *together]
        reached = {each for each in ids if each in self.items}
        while True:
            more = {end for edge in edges if reached & set(edge) for end in edge} & set(self.items)
            if more <= reached:
                return reached
            reached |= more

    def _keep(self, stories: Sequence[Story], retired: Sequence[Alias]) -> None:
        for story in stories:
            for member in story.members:
                self.stories.pop(self.story_of.get(member.item_id, ""), None)
        for story in stories:
            self.stories[story.story_id] = story
            self.anchors[story.story_id] = story.anchor
            self.aliases.pop(story.story_id, None)
            self.story_of |= {member.item_id: story.story_id for member in story.members}
        self.aliases |= {one.alias: one.story_id for one in retired}
