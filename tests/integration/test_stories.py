"""The step `group` on a real store: one story whatever comes when, and whatever stops it."""

import random
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from fakes.items import sample_articles
from fakes.telling import take_in
from fakes.watched import DAY, NOW, new_store, source
from retold import Text, retold
from rich.console import Console

from veille import stories
from veille.cli.items import item_screen
from veille.config import Settings
from veille.i18n import use_language
from veille.model import digest
from veille.model.story import Ruling
from veille.pipeline import Options, Run
from veille.steps import group as step
from veille.store import open_watch
from veille.store.watch.items import find_item
from veille.stories import SCHEME, item_of, story_id
from veille.workers import LocalWorkers

KEPT = ("story_signatures", "story_links", "stories", "story_rulings_followed")


@dataclass(frozen=True)
class Arrival:
    """An article as it comes: from whom, announced and published when."""

    name: str
    text: Text
    by: str
    at: datetime
    published: datetime

    @property
    def item_id(self) -> str:
        return digest(f"https://example.org/{self.name}")


def arrivals():
    """The sample web's stories, and two other articles with their copies."""
    rng = random.Random(4)
    told = [(item, text) for item, text, story in sample_articles() if story]
    others = [text for _item, text, story in sample_articles() if not story][:2]
    for number, (item, text) in enumerate(told):
        yield Arrival(f"t{number}", text, item.source_id, NOW + number * DAY, item.told_at)
    for number, text in enumerate(others):
        for changes in range(3):
            copy = retold(text, rng, changes)
            at = NOW - number * DAY + changes * timedelta(hours=5)
            yield Arrival(f"c{number}-{changes}", copy, f"s{changes}", at, at)


ARRIVALS = list(arrivals())


@pytest.fixture
def watch(tmp_path):
    with open_watch(new_store(tmp_path / "watch.duckdb"), now=NOW) as watch:
        watch.remember_sources([source(one.by) for one in ARRIVALS], NOW)
        yield watch


@pytest.fixture(scope="module")
def all_read(tmp_path_factory):
    """The file of a store that has all articles, none of them grouped; to be copied."""
    path = tmp_path_factory.mktemp("read") / "watch.duckdb"
    with open_watch(path, now=NOW) as watch:
        bring(watch, ARRIVALS)
    return path


@pytest.fixture
def full(all_read, tmp_path):
    """A store that has all articles."""
    with open_watch(shutil.copy(all_read, tmp_path / "full.duckdb"), now=NOW) as full:
        yield full


def bring(watch, arrived):
    for one in arrived:
        take_in(
            watch, one.name, one.text.title, one.text.text,
            by=one.by, at=one.at, published=one.published,
        )  # fmt: skip


def group(watch, clock, **options):
    run = Run(
        run_id="r", pipeline="nightly", started_at=clock.now(), settings=Settings(), sources=(),
        store=watch, clock=clock, open_workers=lambda: LocalWorkers(Settings().read, 1),
        open_fetcher=lambda: None, open_judge=lambda: None, options=Options(**options),
    )  # fmt: skip
    run.do(step.group)
    [report] = run.report().steps
    return report


def told(watch):
    return {story.story_id: story for story, _aliases in watch.stories.told()}


def groups(watch):
    return [{member.item_id for member in story.members} for story in told(watch).values()]


def rows(watch):
    return {table: watch.db.rows(f"SELECT count(*) AS n FROM {table}") for table in KEPT}


def at_once(watch, rulings=()):
    """The stories of all that is kept, told in one go, without the store."""
    kept = watch.stories.signed(SCHEME, [one.item_id for one in ARRIVALS])
    items = [item_of(one) for one in kept]
    whole = stories.group(items, stories.find_links(items, ()), rulings)
    return {story.story_id: story for story in whole if len(story.members) > 1}


@pytest.mark.parametrize("seed", range(3))
def test_stories_are_the_same_in_whatever_order_and_nights_things_come(
    watch, clock, monkeypatch, seed
):
    rng = random.Random(seed)
    monkeypatch.setattr(step, "SAVED_AT_ONCE", rng.choice((2, 3, 500)))
    order = rng.sample(ARRIVALS, len(ARRIVALS))
    pairs = [rng.sample(ARRIVALS, 2) for _number in range(2)]
    rulings = [
        Ruling(one.item_id, other.item_id, bool(together), NOW + together * DAY)
        for together, (one, other) in enumerate(pairs)
    ]
    ids = set()
    while order:
        count = rng.randrange(1, 7)
        bring(watch, order[:count])
        if rng.random() < 0.5:
            watch.stories.save_rulings(rulings)
        group(watch, clock)
        ids |= told(watch).keys()
        order = order[count:]
    watch.stories.save_rulings(rulings)
    group(watch, clock)
    assert told(watch) == at_once(watch, rulings)
    aliases = {old for _story, former in watch.stories.told() for old in former}
    alone = {row["story_id"] for row in watch.db.rows("FROM story_current")}
    assert ids <= told(watch).keys() | aliases | alone, "an id is never lost"


@pytest.fixture
def night(full, clock):
    """A store after one night, and the report of its step."""
    return group(full, clock)


def test_a_night_tells_each_story_once(full, night):
    assert (night.done, night.new, night.failed) == (len(ARRIVALS), 4, 0)
    sizes = sorted(len(story.members) for story in told(full).values())
    assert sizes == [3, 3, 3, 3]
    assert full.stories.count() == 4


def test_straight_after_nothing_is_added(full, clock, night):
    before = rows(full)
    again = group(full, clock)
    assert (again.done, again.new) == (0, 0)
    assert rows(full) == before


def test_a_night_in_parts_leaves_the_same_stories(full, clock):
    done = [group(full, clock, limit=5).done for _night in range(4)]
    assert done == [5, 5, 2, 0]
    assert told(full) == at_once(full)


class Killed(BaseException):
    """As if the process had died there."""


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("save", [1, 3])
def test_a_killed_night_is_taken_up_where_it_stopped(full, clock, monkeypatch, table, save):
    append, saves = type(full.db).append, []

    def die(db, into, rows, *, key):
        saves.append(into)
        if saves.count(table) == save:
            raise Killed
        append(db, into, rows, key=key)

    with monkeypatch.context() as patched:
        patched.setattr(step, "SAVED_AT_ONCE", 4)
        patched.setattr(type(full.db), "append", die)
        with pytest.raises(Killed):
            group(full, clock)
    assert full.db.rows("SELECT count(*) AS n FROM story_signatures") == [{"n": 4 * (save - 1)}]
    assert group(full, clock).done == len(ARRIVALS) - 4 * (save - 1)
    assert told(full) == at_once(full)


def copies():
    """An article and two changed copies of it."""
    return [one for one in ARRIVALS if one.name.startswith("c1")]


def test_a_late_bridge_makes_the_younger_story_an_alias_of_the_older(watch, clock):
    text = [f"mot{number} phrase{number % 9} suite{number * 3}." for number in range(160)]
    parts = {"a": text[:90], "b": text[:84], "c": text[70:], "d": text[76:], "bridge": text}
    for number, name in enumerate("abcd"):
        take_in(watch, name, "Le budget de Magog", " ".join(parts[name]), by=name, at=NOW)
        clock.advance(hours=number)
    group(watch, clock)
    before = told(watch)
    assert sorted(len(story.members) for story in before.values()) == [2, 2]
    late = NOW + 3 * DAY
    take_in(watch, "bridge", "Le budget de Magog", " ".join(parts["bridge"]), by="e", at=late)
    group(watch, clock)
    [(story, aliases)] = watch.stories.told()
    assert len(story.members) == 5
    assert {story.story_id, *aliases} == before.keys()


def test_a_new_version_is_signed_again_and_may_leave_its_story(watch, clock):
    one, *others = copies()
    bring(watch, copies())
    group(watch, clock)
    later = {"by": one.by, "at": one.at + 9 * DAY, "published": one.published}
    take_in(watch, one.name, one.text.title, f"{one.text.text} Précision.", **later)
    report = group(watch, clock)
    assert (report.done, report.new) == (1, 0)
    [story] = told(watch).values()
    assert story.story_id == story_id(min(copies(), key=lambda each: each.at).item_id)
    assert len(story.members) == 3, "a light edit is a version, in the same story"
    later["at"] += DAY
    take_in(watch, one.name, "Tout autre chose", ARRIVALS[0].text.text, **later)
    group(watch, clock)
    assert groups(watch) == [{other.item_id for other in others}]


def test_what_people_rule_holds_on_later_nights(full, clock, night):
    one, other, third = copies()
    apart = [Ruling(one.item_id, each.item_id, False, NOW) for each in (other, third)]
    full.stories.save_rulings(apart)
    assert group(full, clock).done == 0
    assert {other.item_id, third.item_id} in groups(full)
    take_in(full, one.name, one.text.title, one.text.text + " Bis.", by=one.by, at=NOW + 9 * DAY)
    group(full, clock)
    assert {other.item_id, third.item_id} in groups(full)
    full.stories.save_rulings([Ruling(one.item_id, other.item_id, True, NOW + 10 * DAY)])
    group(full, clock)
    assert {one.item_id, other.item_id} in [each - {third.item_id} for each in groups(full)]


@pytest.mark.parametrize("limit", [None, 5])
def test_another_scheme_signs_all_again_and_changes_no_story(
    full, clock, night, monkeypatch, limit
):
    before = told(full)
    for module in (step, stories.keeping):
        monkeypatch.setattr(module, "SCHEME", "another")
    while group(full, clock, limit=limit).done:
        assert told(full).keys() == before.keys()
    assert told(full) == before
    assert full.db.rows("SELECT count(*) AS n FROM story_signatures") == [{"n": 2 * len(ARRIVALS)}]


def test_an_article_is_shown_with_who_tells_the_same(full, night):
    use_language("fr")
    first = next(one for one in ARRIVALS if one.by == "fonds-relais")
    [release] = [story for story in told(full).values() if story.original == first.item_id]
    asked = release.members[1].item_id
    console = Console(width=200, file=StringIO())
    shown = find_item(full.db, asked)
    console.print(item_screen(shown, {}, {}, ZoneInfo("UTC")))
    lines = console.file.getvalue().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Un seul récit"))
    assert "du texte en commun." in lines[at]
    original, copy = lines[at + 1 : at + 3]
    assert original.startswith(f"  {first.item_id[:8]}  fonds-relais, ")
    assert original.endswith("(l’original)")
    assert copy.endswith("cet article")
