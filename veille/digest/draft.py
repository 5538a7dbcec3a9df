"""Compose: from what the catalogue holds to a draft, and from a draft that was read to an issue.

Pure decisions. The draft is what a person edits (`draft_file.py`); facts on items come from the
catalogue each time, so that what was withdrawn since is not in the issue.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest

from veille.digest.deadlines import call_deadline, event_day
from veille.digest.excerpts import may_be_told, passage, policy_name
from veille.digest.typography import inert, inert_line, is_address
from veille.digest.weeks import period
from veille.model.bulletin import CALLS, EVENTS, OTHERS, Candidate, Deadline, Issue, Piece, Teller
from veille.settings.digest import DigestSettings

DOMAINS = ("financial_engineering", "governance", "leadership")
SECTIONS = (*DOMAINS, OTHERS, CALLS, EVENTS)
KINDS = {"ty-appel-projets": CALLS, "ty-evenement": EVENTS}
"""The kinds of document that have a section of their own."""

OPEN_CALLS = timedelta(days=60)
"""How far back a call or an event that is still to come is news, when no issue told it."""

_SPARE = 2  # beyond the cap, how many times as many are offered to choose from


@dataclass(frozen=True, slots=True)
class Line:
    """One item in a draft: whether it is kept, under which section and title, with which note."""

    item_id: str
    keep: bool
    section: str
    title: str
    note: str = ""
    note_en: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue in the making, as its file tells it: items in the order in which they are shown."""

    week: str
    number: int
    sections: tuple[str, ...] = SECTIONS
    lines: tuple[Line, ...] = ()
    editorial: str = ""
    editorial_en: str = ""
    subject: str = ""
    subject_en: str = ""

    @property
    def kept(self) -> tuple[Line, ...]:
        """The lines that go in."""
        return tuple(line for line in self.lines if line.keep)


@dataclass(frozen=True, slots=True)
class Story:
    """One story among the candidates: who tells it, who else does; `first_id` tells it best."""

    told_by: Candidate
    others: tuple[Candidate, ...] = ()
    first_id: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """All that it is known by."""
        every = (one for teller in (self.told_by, *self.others) for one in teller.ids)
        return tuple(dict.fromkeys(every))


Offer = tuple[Story, Line]


def stories_of(candidates: Iterable[Candidate], kept: Collection[str] = ()) -> dict[str, Story]:
    """Return each story once, by the id of every item of it that may be told.

    What the team kept tells it, else the original, else the first. What its source lets nobody
    name, or has no web address, is not there at all.
    """
    by_story: dict[str, list[Candidate]] = {}
    for one in candidates:
        if (
            may_be_told(one)
            and not one.refused
            and is_address(one.item.url)
            and inert_line(one.item.title)
        ):
            by_story.setdefault((*one.story_ids, one.item.item_id)[0], []).append(one)
    found = {}
    for members in by_story.values():
        members.sort(key=lambda one: (one.item.item_id not in kept, one.place))
        for member in members:
            others = tuple(one for one in members if one is not member)
            found[member.item.item_id] = Story(member, others, members[0].item.item_id)
    return found


def compose(
    candidates: Sequence[Candidate],
    week: str,
    number: int,
    settings: DigestSettings,
    *,
    kept: Mapping[str, str] = {},
    told: Collection[str] = (),
    there: Collection[str] = (),
    today: date,
) -> Draft:
    """Return a week's first draft.

    `kept` are the items that the team kept, with their notes: all are in, then confident ones up to
    the cap, of each section in turn. Some more follow, not kept, for a person to choose from.
    `told` are the ids of what earlier issues told. Calls and events of the past are left out. With
    `there`, the items of a draft in hand, only what that one lacks is returned.
    """
    offers = _offers(candidates, week, settings, kept, frozenset(told), today)
    of_team = [line for _story, line in offers if line.item_id in kept]
    others = [offer for offer in offers if offer[1].item_id not in kept]
    ranked = _in_turn(others, settings.per_source)
    sure = [line for story, line in ranked if _confident(story.told_by, settings)]
    chosen = [*of_team, *sure[: max(0, settings.cap - len(of_team))]]
    ids = {line.item_id for line in chosen}
    spare = [replace(line, keep=False) for _story, line in ranked if line.item_id not in ids]
    by_id = {line.item_id: story for story, line in offers}
    lines = (*_in_order(chosen, by_id), *spare[: _SPARE * settings.cap])
    lacking = (line for line in lines if set(there).isdisjoint(by_id[line.item_id].ids))
    return Draft(week, number, lines=tuple(lacking))


def issue_from(
    draft: Draft,
    candidates: Iterable[Candidate],
    settings: DigestSettings,
    told: Collection[str] = (),
) -> tuple[Issue, tuple[Line, ...]]:
    """Return the issue that a draft makes, and the kept lines that are not in it.

    Those are items that the catalogue has no more, and stories told already, in it or before.
    """
    stories = stories_of(candidates)
    known = set(told)
    pieces: list[Piece] = []
    left: list[Line] = []
    for line in draft.kept:
        story = stories.get(line.item_id)
        if story is None or not known.isdisjoint(story.ids):
            left.append(line)
            continue
        known.update(story.ids)
        pieces.append(_piece(line, story, settings))
    first, last = period(draft.week, settings.days)
    return Issue(
        name=draft.week,
        number=draft.number,
        first_day=max(first, min((one.day for one in pieces), default=first)),
        last_day=last,
        sections=draft.sections,
        pieces=tuple(pieces),
        editorial=inert(draft.editorial),
        editorial_en=inert(draft.editorial_en),
        subject=inert_line(draft.subject),
        subject_en=inert_line(draft.subject_en),
    ), tuple(left)


def deadline_of(candidate: Candidate) -> Deadline | None:
    """Return the day found in a call or an event; None for anything else."""
    item, day = candidate.item, candidate.day
    read = {CALLS: call_deadline, EVENTS: event_day}.get(KINDS.get(item.item_type or "", ""))
    return read(item.title, f"{item.lead}\n{item.text}", day) if read else None


def _piece(line: Line, story: Story, settings: DigestSettings) -> Piece:
    one = story.told_by
    own = (line.section,) if line.section in DOMAINS else ()
    also = {
        teller.source: Teller(inert_line(teller.source), teller.item.url)
        for teller in story.others
        if teller.source != one.source
    }
    return Piece(
        item_id=one.item.item_id,
        ids=story.ids,
        title=inert_line(line.title) or inert_line(one.item.title),
        url=one.item.url,
        source_id=one.item.source_id,
        source=inert_line(one.source),
        day=one.day,
        section=line.section,
        domains=tuple(dict.fromkeys((*own, *one.domains))),
        regions=one.regions,
        language=one.item.language or "",
        policy=policy_name(one),
        passage=inert_line(passage(one, settings.words)),
        note=inert(line.note),
        note_en=inert(line.note_en),
        also=tuple(also.values()),
        deadline=line.deadline,
    )


def offered_line(one: Candidate, kept: Mapping[str, str], today: date) -> Line:
    """Return a candidate as a draft proposes it; `kept` are the notes of the team, by item."""
    found = deadline_of(one)
    section = KINDS.get(one.item.item_type or "", "")
    if not section or (section == EVENTS and not found):  # a report of what was, say
        section = next(iter(one.domains), OTHERS)
    return Line(
        item_id=one.item.item_id,
        keep=True,
        section=section if section in SECTIONS else OTHERS,
        title=inert_line(one.item.title),
        note=inert(kept.get(one.item.item_id, "") or one.item.note),
        deadline=found.on if found else None,
    )


def _offers(
    candidates: Iterable[Candidate],
    week: str,
    settings: DigestSettings,
    kept: Mapping[str, str],
    told: frozenset[str],
    today: date,
) -> list[Offer]:
    """Return the stories that may be in a week's issue, each once."""
    first, last = period(week, settings.days)
    stories = stories_of(candidates, kept)
    told_by = dict.fromkeys(story.first_id for story in stories.values())
    offers = []
    for story in (stories[item_id] for item_id in told_by):
        line = offered_line(story.told_by, kept, today)
        is_news = story.told_by.day <= last and _is_news(story.told_by, line, first, today)
        is_wanted = is_news and story.told_by.item.item_type not in settings.without
        if told.isdisjoint(story.ids) and (line.item_id in kept or is_wanted):
            offers.append((story, line))
    return offers


def _is_news(one: Candidate, line: Line, first: date, today: date) -> bool:
    """Return whether an item is recent, and not over; or not so recent, but still to come."""
    if not one.item.relevant or (line.deadline and line.deadline < today):
        return False
    return one.day >= first or (line.deadline is not None and one.day >= first - OPEN_CALLS)


def _confident(one: Candidate, settings: DigestSettings) -> bool:
    is_read = one.item.language is None or one.item.language in settings.languages
    return one.item.decided_by == "person" or (is_read and not one.item.doubtful)


def _in_turn(pairs: Iterable[Offer], per_source: int) -> list[Offer]:
    """Return the best of each section in turn, so that none crowds the others out.

    What is told by more sources is better, then what is surer; of one source so many at most.
    """
    best = sorted(pairs, key=lambda pair: (-_weight(pair[0]), pair[1].item_id))
    of_source: dict[str, int] = {}
    by_section: dict[str, list[Offer]] = {}
    for story, line in best:
        source = story.told_by.item.source_id
        of_source[source] = of_source.get(source, 0) + 1
        if of_source[source] <= per_source:
            by_section.setdefault(line.section, []).append((story, line))
    turns = zip_longest(*(by_section.get(section, []) for section in SECTIONS))
    return [pair for turn in turns for pair in turn if pair]


def _weight(story: Story) -> float:
    one = story.told_by
    return one.item.relevance + one.domain_probability + 0.25 * min(len(story.others), 4)


def _in_order(lines: Iterable[Line], stories: Mapping[str, Story]) -> list[Line]:
    """Return lines by section, then region, then newest first; calls by deadline."""

    def place(line: Line) -> tuple[object, ...]:
        one = stories[line.item_id].told_by
        region = region_place(one.regions[0] if one.regions else None)
        return SECTIONS.index(line.section), line.deadline or date.max, region, -one.day.toordinal()

    return sorted(lines, key=place)


def region_place(code: str | None) -> tuple[int, str]:
    """Return where a region stands: Québec's first, then Canada's, countries, no place at all."""
    if code is None:
        return 4, ""
    if code.startswith("QC-") or code == "CA-QC":
        return 0, code.replace("CA-QC", "QC-00")
    if code.startswith("CA"):
        return 1, code
    return (3, code) if code in {"EU", "INT"} else (2, code)
