"""kill -9 in each step: of the night, of the weekly run, of the one that keeps; then a run to the
end leaves what an undisturbed one does.

The run tells which step is at work; the moments are drawn with a seed over the step's usual length,
and a kill that came too late is drawn again.
"""

import random
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.kept import KEY, Kept, kept_workspace
from fakes.kept import NOW as KEPT_AT
from fakes.kills import (
    MINUTE,
    NOW,
    Contents,
    contents,
    kill_in_step,
    look_into_a_copy,
    new_night,
    published,
    run_to_the_end,
    seconds_of,
)
from fakes.newsroom import WEEK, newsroom
from fakes.pages import CONFIG, ROOT
from fakes.postoffice import post_office
from fakes.readers import DAY, subscribed

from veille.keeping.filling import verify_backup
from veille.keeping.told import last_backup
from veille.mailout import plan_issue, standing_of
from veille.model.decisions import Facet, State, Wish
from veille.model.deliveries import State as Delivery
from veille.store.catalogue import TEAM, Catalogue
from veille.store.desk import open_desk
from veille.store.outbox import Outbox
from veille.subscriptions import open_readers
from veille.workspace import open_workspace

STEPS = ("poll", "read", "group", "judge", "publish")
LATER = NOW + MINUTE
LEAVES = datetime(2026, 11, 18, 14, tzinfo=UTC)
MUCH_LATER = KEPT_AT + 1200 * DAY


def ten_of(*steps: str) -> list[tuple[str, int]]:
    """Ten kills in each of some steps."""
    return [(step, seed) for step in steps for seed in range(10)]


@dataclass(frozen=True)
class Night:
    """A night: the workspace before each of its steps, how long each takes, what all leave."""

    before: dict[str, Path]
    seconds: dict[str, float]
    contents: Contents
    published: Contents


@pytest.fixture(scope="module")
def night(tmp_path_factory, fitted) -> Night:
    """Every eighth source; the steps are run one by one, and what was before each is copied."""
    folder = tmp_path_factory.mktemp("night")
    at_work = new_night(folder / "w", fitted, share=8)
    before, seconds = {}, {}
    for step in STEPS:
        before[step] = shutil.copytree(at_work, folder / step)
        seconds |= seconds_of(run_to_the_end(at_work, NOW, step))
    return Night(
        before, {step: seconds[step] for step in STEPS}, contents(at_work), published(at_work)
    )


@pytest.fixture(scope="module")
def decided(night, tmp_path_factory) -> Night:
    """A minute later, before anything is due: people decided on all, and a run took it in."""
    folder = tmp_path_factory.mktemp("decided")
    before = shutil.copytree(night.before["publish"], folder / "w")
    run_to_the_end(before, NOW, "publish")
    decide_on_all(before)
    after = shutil.copytree(before, folder / "after", symlinks=True)
    told = seconds_of(run_to_the_end(after, LATER))
    assert len(contents(after)["decisions"]) > 200
    return Night({"take": before}, told, contents(after), published(after))


def decide_on_all(root: Path) -> None:
    """Decide in so many ways that taking it in lasts a moment."""
    workspace = open_workspace(root)
    with Catalogue(workspace.catalogue, TEAM) as catalogue:
        ids = [row["item_id"] for row in catalogue.rows("SELECT item_id FROM items ORDER BY ALL")]
    with open_desk(workspace.desk) as desk:
        for number in range(30):
            for item_id in ids:
                wishes = [
                    Wish(item_id, Facet.RELEVANT, number % 2 == 0),
                    Wish(item_id, Facet.STATE, State.KEPT if number % 3 else State.ASIDE),
                ]
                desk.decisions.decide(wishes, author="lise", now=NOW + number * MINUTE)
        desk.rulings.merge(ids[:2], author="lise", now=NOW + MINUTE)


@pytest.mark.slow
def test_kills_in_step_after_step_of_one_night(tmp_path, fitted):
    """The run that resumes is killed too."""
    root = new_night(tmp_path / "w", fitted, share=8)
    whole = shutil.copytree(root, tmp_path / "whole")
    seconds = seconds_of(run_to_the_end(whole, NOW))
    drawn = random.Random("one night")
    for number, step in enumerate(("read", "judge", "publish")):
        kill_in_step(root, NOW + number * MINUTE, step, seconds[step], drawn)
        look_into_a_copy(root)
    run_to_the_end(root, NOW + 3 * MINUTE)
    assert contents(root) == contents(whole)
    assert published(root) == published(whole)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_in_a_step_of_the_night(night, tmp_path, step, seed):
    _kill_and_resume(night, step, tmp_path / "w", NOW + MINUTE, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_kill_while_decisions_are_taken_in(decided, tmp_path, seed):
    _kill_and_resume(decided, "take", tmp_path / "w", LATER, seed)


def _kill_and_resume(night: Night, step: str, root: Path, at: datetime, seed: int) -> None:
    def again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(night.before[step], root, symlinks=True)

    again()
    drawn = random.Random(f"{step} {seed}")
    kill_in_step(root, at, step, night.seconds[step], drawn, again=again)
    look_into_a_copy(root)
    run_to_the_end(root, at + MINUTE)
    assert contents(root) == night.contents
    assert published(root) == night.published


PEOPLE = 30


class Weekly:
    """A week's news, readers, and a mail server: composed, approved and sent by one run."""

    def __init__(self, folder, office, port):
        self.office, self.folder = office, folder
        config = CONFIG + "digest: {per_source: 6, approve: auto}\n"
        workspace = newsroom(folder / "new", config=config, composed=False, smtp_port=port)
        shutil.copytree(ROOT / "pipelines", workspace.root / "pipelines")
        with open_readers(workspace) as readers:
            for number in range(PEOPLE):
                subscribed(readers, f"lise{number}@example.org", now=LEAVES - 2 * DAY)
        root = self.copy(folder / "ran")
        self.seconds = seconds_of(run_to_the_end(root, LEAVES, pipeline="weekly"))
        self.issue = issue_of(root)
        self.letters = self.taken()
        assert set(self.letters.values()) == {1}
        assert len(self.letters) == PEOPLE

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        self.office.taken.clear()
        return shutil.copytree(self.folder / "new", folder, symlinks=True)

    def taken(self):
        return Counter(address for address, _data in self.office.taken)


def issue_of(root):
    """Return what is on disk of the week's issue, by name."""
    folder = root / "var" / "bulletins"
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def weekly(tmp_path_factory):
    with post_office() as (office, port):
        office.seconds = 0.004
        yield Weekly(tmp_path_factory.mktemp("weekly"), office, port)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "seed"), ten_of("compose", "send"))
def test_a_kill_in_a_step_of_the_weekly_run(weekly, tmp_path, step, seed):
    root = weekly.copy(tmp_path / "w")
    kill_in_step(
        root, LEAVES, step, weekly.seconds[step], random.Random(f"{step} {seed}"),
        pipeline="weekly", again=lambda: weekly.copy(root),
    )  # fmt: skip
    run_to_the_end(root, LEAVES, pipeline="weekly")
    assert issue_of(root) == weekly.issue
    with open_readers(open_workspace(root)) as readers:
        [standing] = standing_of(readers, WEEK)
    unknown = standing.counts.get(Delivery.UNKNOWN, 0)
    assert unknown <= 1, "one connection"
    assert standing.counts[Delivery.SENT] == PEOPLE - unknown
    taken = weekly.taken()
    assert set(taken.values()) == {1}
    assert PEOPLE - unknown <= len(taken) <= PEOPLE


class Keeping:
    """A workspace with much to take away, and what is left of it after an undisturbed run."""

    def __init__(self, folder):
        self.folder = folder / "k"
        kept = kept_workspace(self.folder, people=60)
        (self.folder / "key").write_text(KEY)
        with (kept.root / "config.yaml").open("a") as config:
            config.write("backup: {folder: ../backups, key_file: ../key}\n")
        shutil.copytree(ROOT / "pipelines", kept.root / "pipelines", dirs_exist_ok=True)
        with kept.mailing.readers() as readers:
            plan = plan_issue(kept.mailing.bulletins, readers, kept.mailing.approved, KEPT_AT)
            mails = [post.mail for post in plan.posts]
            Outbox(readers.db).queue(WEEK, mails, plan.readers, KEPT_AT)
            for address in kept.addresses()[::2]:
                readers.leave(readers.find(address).subscriber_id, now=KEPT_AT + DAY)
        for day in range(1, 29):
            old = kept.var / "set-aside" / f"2026-11-{day:02}T080000Z"
            old.mkdir(parents=True)
            (old / "config.yaml").write_text("veille: {schema: 1}\n")
        after = self.copy(folder / "after")
        self.before = self.left(Kept(self.folder))
        self.seconds = seconds_of(run_to_the_end(after.root, MUCH_LATER, pipeline="keep"))
        self.after = self.left(after)
        assert self.after != self.before

    def copy(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        return Kept(Path(shutil.copytree(self.folder, folder)))

    def left(self, kept):
        """Return who and what is left."""
        with kept.mailing.readers() as readers:
            messages = Outbox(readers.db).counts(WEEK)
        aside = [path.name for path in (kept.var / "set-aside").glob("*")]
        return kept.addresses(), kept.declared(), messages, sorted(aside)


@pytest.fixture(scope="module")
def keeping(tmp_path_factory):
    return Keeping(tmp_path_factory.mktemp("keeping"))


@pytest.mark.slow
@pytest.mark.parametrize(("step", "seed"), ten_of("tidy", "backup"))
def test_a_kill_in_a_step_that_keeps(keeping, tmp_path, step, seed):
    """Of a backup every second kill takes the process that makes it too."""
    kept = keeping.copy(tmp_path / "k")
    kill_in_step(
        kept.root, MUCH_LATER, step, keeping.seconds[step], random.Random(f"{step} {seed}"),
        pipeline="keep", again=lambda: keeping.copy(tmp_path / "k"), whole=seed % 2 == 1,
    )  # fmt: skip
    for one in kept.place.glob("2*"):
        verify_backup(one, KEY)
    run_to_the_end(kept.root, MUCH_LATER, pipeline="keep")
    assert keeping.left(kept) == keeping.after
    assert not list(kept.place.glob(".making*"))
    assert last_backup(kept.var)["failure"] == ""
    made = [verify_backup(one, KEY) for one in kept.place.glob("2*")]
    assert made
