"""A draft on disk under several hands: editors in the pages, a hand in the file, an approval."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.published import item, publish_items

from veille.bulletins import Bulletins, approve, approved_issue, build, clear, load_draft
from veille.bulletins.drafts import draft_text, stamp_of
from veille.bulletins.editing import edit, offer, sheet
from veille.config import Settings
from veille.digest.gestures import (
    Words,
    kept,
    line_of,
    moved,
    retold,
    stamp_of_line,
    stamp_of_words,
    worded,
)
from veille.errors import ConfigError, Outdated, UsageError
from veille.model import Excerpt, Source, SourceKind
from veille.model.published import PublishedMember, PublishedSource, PublishedStory, PublishedTag

WEEK = "2026-W47"
NOW = datetime(2026, 11, 17, 15, tzinfo=UTC)
SOURCE = Source("open", "Libre", "https://s.example", SourceKind.FEED, excerpt=Excerpt("full"))
ITEMS = [item(f"i{n:02}", "Un texte", title=f"Titre {n}", source="open", at=NOW) for n in range(8)]
OTHERS = [
    item("old", "Ancien", title="Ancien", source="open", at=NOW - timedelta(days=90)),
    item("twin", "Copie", title="Copie", source="open", at=NOW - timedelta(days=80)),
    item("tacit", "Tue", title="Tue", source="open", policy="none", at=NOW - timedelta(days=80)),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with a catalogue and a draft of it, to be copied."""
    folder = tmp_path_factory.mktemp("built")
    every = [*ITEMS, *OTHERS]
    publish_items(
        folder / "var" / "catalogue", *every, at=NOW, sources=[PublishedSource(SOURCE)],
        stories=[PublishedStory("st", (PublishedMember("i00", "original"),
                                       PublishedMember("twin", "copy")))],
        tags=[PublishedTag(one.item_id, "domain", "governance", 0.9) for one in every],
    )  # fmt: skip
    build(bulletins_in(folder), WEEK, NOW)
    return folder


def bulletins_in(folder):
    settings = Settings.model_validate({"veille": {"schema": 1}, "digest": {"per_source": 8}})
    return Bulletins.of(folder, settings, [SOURCE])


@pytest.fixture
def bulletins(built, tmp_path):
    return bulletins_in(shutil.copytree(built, tmp_path / "w", symlinks=True))


def path_of(bulletins):
    return bulletins.folder / WEEK / "draft.yaml"


def test_gestures_are_written_and_remarks_stay(bulletins):
    text = path_of(bulletins).read_text("utf-8").replace("items:", "# de Jeanne\nitems:", 1)
    path_of(bulletins).write_text(text, "utf-8")
    first, second, *_others = load_draft(bulletins, WEEK).lines
    edit(bulletins, WEEK, lambda draft: kept(draft, first.item_id, False))
    ids = [first.item_id, second.item_id]
    edit(bulletins, WEEK, lambda draft: moved(draft, ids, second.item_id, 0))
    draft = edit(bulletins, WEEK, lambda draft: worded(draft, Words("Bonjour\n\nà tous")))
    assert draft == load_draft(bulletins, WEEK)
    assert [(line.item_id, line.keep) for line in draft.lines[:2]] == [
        (second.item_id, True), (first.item_id, False),
    ]  # fmt: skip
    assert "# de Jeanne" in path_of(bulletins).read_text("utf-8")
    assert path_of(bulletins).read_text("utf-8").count("# Libre ·") == len(ITEMS)


def test_the_second_of_two_hands_is_told_and_writes_nothing(bulletins):
    line = load_draft(bulletins, WEEK).lines[0]
    seen = stamp_of_line(line)

    def note(words):
        return edit(
            bulletins, WEEK, lambda draft: retold(draft, replace(line, note=words)),
            stamp=lambda draft: stamp_of_line(line_of(draft, line.item_id)), seen=seen,
        )  # fmt: skip

    note("de Jeanne")
    before = path_of(bulletins).read_bytes()
    with pytest.raises(Outdated):
        note("de Luc")
    assert path_of(bulletins).read_bytes() == before
    # what is elsewhere is nobody's business
    words = stamp_of_words(load_draft(bulletins, WEEK))
    edit(
        bulletins, WEEK, lambda draft: worded(draft, Words("Mot")), stamp=stamp_of_words, seen=words
    )


def test_a_hand_in_the_file_is_heard_first(bulletins):
    line = load_draft(bulletins, WEEK).lines[0]
    text = path_of(bulletins).read_text("utf-8")
    path_of(bulletins).write_text(text.replace("note: ''", "note: par la main : ici", 1), "utf-8")
    with pytest.raises(Outdated):
        edit(
            bulletins, WEEK, lambda draft: retold(draft, replace(line, note="page")),
            stamp=lambda draft: stamp_of_line(line_of(draft, line.item_id)),
            seen=stamp_of_line(line),
        )  # fmt: skip
    path_of(bulletins).write_text("week: ??", "utf-8")
    with pytest.raises(ConfigError):
        edit(bulletins, WEEK, lambda draft: kept(draft, line.item_id, False))
    assert path_of(bulletins).read_text("utf-8") == "week: ??"


def test_hands_at_once_lose_nothing(bulletins):
    lines = load_draft(bulletins, WEEK).lines

    def note(line):
        edit(bulletins, WEEK, lambda draft: retold(draft, replace(line, note=f"de {line.item_id}")))

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(note, lines))
    assert {line.note for line in load_draft(bulletins, WEEK).lines} == {
        f"de {line.item_id}" for line in lines
    }


def test_an_item_of_the_catalogue_is_added_once(bulletins):
    draft = offer(bulletins, WEEK, "old", "Toujours vrai", NOW)
    assert (draft.lines[-1].item_id, draft.lines[-1].keep) == ("old", True)
    assert draft.lines[-1].note == "Toujours vrai"
    assert "https://example.org/old" in path_of(bulletins).read_text("utf-8")
    assert "old" in {piece.item_id for piece in approve(bulletins, WEEK, "J", NOW).issue.pieces}


@pytest.mark.parametrize(
    ("item_id", "words"),
    [("old", "already"), ("twin", "already"), ("tacit", "cannot"), ("none", "cannot"),
     ("i03' OR 1=1 --", "cannot")],
)  # fmt: skip
def test_what_may_not_be_added_is_refused(bulletins, item_id, words):
    from veille.i18n import speaking

    offer(bulletins, WEEK, "old", "", NOW)
    before = path_of(bulletins).read_bytes()
    with speaking("en"), pytest.raises(UsageError, match=words):
        offer(bulletins, WEEK, item_id, "", NOW)
    assert path_of(bulletins).read_bytes() == before


def test_an_approved_issue_is_edited_no_more(bulletins):
    stamp = stamp_of(draft_text(bulletins, WEEK))
    edit(bulletins, WEEK, lambda draft: kept(draft, "i01", False))
    with pytest.raises(Outdated):
        approve(bulletins, WEEK, "Luc", NOW, seen=stamp)
    approve(bulletins, WEEK, "Jeanne", NOW, seen=stamp_of(draft_text(bulletins, WEEK)))
    before = path_of(bulletins).read_bytes()
    for gesture in (
        lambda: edit(bulletins, WEEK, lambda draft: kept(draft, "i01", True)),
        lambda: offer(bulletins, WEEK, "old", "", NOW),
    ):
        with pytest.raises(UsageError, match="Jeanne"):
            gesture()
    assert path_of(bulletins).read_bytes() == before


def test_a_sheet_says_what_is_kept_in_vain(bulletins):
    offer(bulletins, WEEK, "old", "", NOW)
    found = sheet(bulletins, WEEK)
    assert found.lost == frozenset()
    assert found.found["old"].source == "Libre"
    publish_items(
        bulletins.catalogue, *ITEMS, at=NOW + timedelta(days=1), sources=[PublishedSource(SOURCE)]
    )
    assert sheet(bulletins, WEEK).lost == {"old"}


def test_a_week_beyond_a_year_is_taken_for_a_mistake(bulletins):
    for week in ("2027-W49", "2999-W01"):
        with pytest.raises(UsageError, match=week):
            build(bulletins, week, NOW)
        assert not (bulletins.folder / week).exists()
    build(bulletins, "2027-W46", NOW)


def test_withdrawing_waits_its_turn(bulletins):
    """An approval and a withdrawal at once: what is frozen is one's or the other's, whole."""
    with ThreadPoolExecutor(2) as hands:
        approval = hands.submit(approve, bulletins, WEEK, "Jeanne", NOW)
        clear(bulletins, "i01", NOW)
        approval.result()
    clear(bulletins, "i01", NOW)
    told = json.loads((bulletins.folder / WEEK / "issue.json").read_text("utf-8"))
    assert "Titre 1" not in [piece["title"] for piece in told["approved"]["issue"]["pieces"]]
    assert approved_issue(bulletins, WEEK)
