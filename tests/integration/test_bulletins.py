"""An issue from a published catalogue to its files: composed, edited, approved, frozen."""

import errno
import json
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes.published import item, publish_items
from typer.testing import CliRunner

from veille.bulletins import (
    Bulletins,
    appeared,
    approve,
    approved_issue,
    archive,
    build,
    close_month,
    draft_issue,
    load_draft,
    rendered,
    state_of,
    told_before,
)
from veille.config import Settings
from veille.errors import ConfigError, StoreError, UsageError
from veille.model import Excerpt, Source, SourceKind
from veille.model.decisions import Facet, State, Wish
from veille.model.published import PublishedMember, PublishedSource, PublishedStory, PublishedTag
from veille.store.desk import open_desk
from veille.stories import story_id

WEEK, NEXT = "2026-W47", "2026-W48"
NOW = datetime(2026, 11, 17, 15, tzinfo=UTC)
SOURCES = [
    Source(name, f"Source {name}", "https://s.example", SourceKind.FEED, excerpt=Excerpt(*policy))
    for name, policy in {
        "open": ("full",), "press": ("title",), "quoted": ("quote", 3), "tacit": ("none",),
    }.items()
]  # fmt: skip
ITEMS = [
    item("a", "Texte libre et long", title="Libre", source="open", at=NOW),
    item("b", "Texte de presse", title="Presse", source="press", policy="title", at=NOW),
    item(
        "c", "un deux trois quatre", title="Citée", source="quoted", policy="quote", quote=3, at=NOW
    ),
    item("d", "Secret", title="Tue", source="tacit", policy="none", at=NOW),
    item("e", "Texte de presse", title="Reprise", source="open", at=NOW),
]
STORY = PublishedStory("st", (PublishedMember("b", "original"), PublishedMember("e", "copy")))


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder with a catalogue, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder, *ITEMS)
    return folder


@pytest.fixture
def bulletins(published, tmp_path):
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Bulletins.of(tmp_path, Settings(), SOURCES)


def publish(root, *items, at=NOW, stories=(STORY,)):
    publish_items(
        root / "var" / "catalogue", *items, at=at, stories=stories,
        sources=[PublishedSource(source) for source in SOURCES],
        tags=[PublishedTag(one.item_id, "domain", "governance", 0.9) for one in items]
        + [PublishedTag("a", "region", "QC-05")],
    )  # fmt: skip


def edit(bulletins, *changes, week=WEEK):
    path = bulletins.folder / week / "draft.yaml"
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


def test_from_the_catalogue_to_a_frozen_issue(bulletins):
    built = build(bulletins, WEEK, NOW)
    assert built.is_new
    assert {line.item_id for line in built.draft.kept} == {"a", "b", "c"}
    edit(
        bulletins,
        ("title: Libre", "title: Libre comme l’air : vraiment"),
        ("editorial: ''", "editorial: Bonjour"),
    )
    approved = approve(bulletins, WEEK, "Jeanne", NOW)
    titles = {piece.item_id: (piece.title, piece.passage) for piece in approved.issue.pieces}
    assert titles == {
        "a": ("Libre comme l’air : vraiment", "Texte libre et long"),
        "b": ("Presse", ""),
        "c": ("Citée", "un deux trois …"),
    }
    [teller] = next(piece.also for piece in approved.issue.pieces if piece.item_id == "b")
    assert teller.source == "Source open"
    assert approved_issue(bulletins, WEEK) == approved
    folder = bulletins.folder / WEEK
    for name in ("mail.html", "mail.txt", "web.html", "calendar.ics"):
        assert (folder / name).stat().st_size > 90
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o644
    assert "Secret" not in (folder / "mail.html").read_text("utf-8")
    assert not list(folder.glob(".*"))


def test_an_approved_issue_cannot_change(bulletins):
    build(bulletins, WEEK, NOW)
    approve(bulletins, WEEK, "Jeanne", NOW)
    for again in (
        lambda: build(bulletins, WEEK, NOW),
        lambda: approve(bulletins, WEEK, "Luc", NOW),
    ):
        with pytest.raises(UsageError, match="Jeanne"):
            again()
    path = bulletins.folder / WEEK / "issue.json"
    sound = path.read_text("utf-8")
    for changed in (
        sound.replace("Presse", "Autre"),
        sound.replace("Jeanne", "Luc"),
        sound[:-9],
        "[]",
    ):
        path.write_text(changed, "utf-8")
        with pytest.raises(StoreError, match="modifié après l’approbation"):
            approved_issue(bulletins, WEEK)


def test_building_again_keeps_every_edit_and_adds_newcomers_at_the_end(bulletins, tmp_path):
    build(bulletins, WEEK, NOW)
    path = bulletins.folder / WEEK / "draft.yaml"
    edit(
        bulletins,
        ("note: ''", "note: À lire # vite"),
        ("keep: oui", "keep: non  # pour l’autre semaine"),
    )
    before = path.read_bytes()
    assert build(bulletins, WEEK, NOW).added == 0
    assert path.read_bytes() == before
    publish(
        tmp_path,
        *ITEMS,
        item("new", "x", title="Neuf", source="open", at=NOW),
        at=NOW + timedelta(hours=1),
    )
    built = build(bulletins, WEEK, NOW)
    assert (built.added, built.draft.lines[-1].item_id, built.draft.lines[-1].keep) == (
        1,
        "new",
        False,
    )
    assert "# pour l’autre semaine" in path.read_text("utf-8")
    assert "À lire # vite" in {line.note for line in built.draft.lines}


def test_a_draft_at_fault_is_told_and_left_alone(bulletins):
    build(bulletins, WEEK, NOW)
    edit(bulletins, ("keep: oui", "keep: bof"))
    path = bulletins.folder / WEEK / "draft.yaml"
    before = path.read_bytes()
    for action in (lambda: build(bulletins, WEEK, NOW), lambda: approve(bulletins, WEEK, "J", NOW)):
        with pytest.raises(ConfigError, match="bof"):
            action()
    assert path.read_bytes() == before
    edit(bulletins, ("keep: bof", "keep: oui"), (f"week: {WEEK}", "week: 2026-W46"))
    with pytest.raises(ConfigError, match="2026-W46"):
        load_draft(bulletins, WEEK)


def test_what_was_told_or_withdrawn_is_not_told_again(bulletins, tmp_path):
    build(bulletins, WEEK, NOW)
    build(bulletins, NEXT, NOW)  # composed before the other is approved
    edit(bulletins, *[("keep: oui", "keep: non")] * 2)
    [told] = approve(bulletins, WEEK, "J", NOW).issue.pieces
    assert set(told.ids) <= told_before(bulletins, NEXT)
    _issue, left_out = draft_issue(bulletins, NEXT)
    assert [line.item_id for line in left_out] == [told.item_id]
    publish(
        tmp_path,
        *[one for one in ITEMS if one.item_id == told.item_id],
        stories=(),
        at=NOW + timedelta(1),
    )
    issue, left_out = draft_issue(bulletins, NEXT)
    assert not issue.pieces
    assert len(left_out) == 3
    with pytest.raises(UsageError, match="rien à envoyer"):
        approve(bulletins, NEXT, "J", NOW)


def test_what_was_told_alone_is_not_told_by_others_later(bulletins, tmp_path):
    publish(tmp_path, ITEMS[0], stories=(), at=NOW + timedelta(hours=1))
    build(bulletins, WEEK, NOW)
    approve(bulletins, WEEK, "J", NOW)
    later = NOW + timedelta(days=20)
    copy = item("copy", "Texte libre et long", title="Encore", source="press", at=later)
    story = PublishedStory(
        story_id("a"), (PublishedMember("a", "original"), PublishedMember("copy", "copy"))
    )
    publish(tmp_path, ITEMS[0], copy, stories=[story], at=later)
    assert not build(bulletins, "2026-W50", later).draft.lines


def test_of_two_issues_approved_at_once_one_tells_what_is_in_both(bulletins):
    for week in (WEEK, NEXT):
        build(bulletins, week, NOW)
    edit(bulletins, ("number: 1", "number: 2"), week=NEXT)
    with ThreadPoolExecutor() as pool:
        at_once = [pool.submit(approve, bulletins, week, "J", NOW) for week in (WEEK, NEXT)]
    [refused] = [one.exception() for one in at_once if one.exception()]
    assert "rien à envoyer" in str(refused)


def test_two_issues_do_not_bear_one_number(bulletins):
    for week in (WEEK, NEXT):
        build(bulletins, week, NOW)
    edit(bulletins, *[("keep: oui", "keep: non")] * 2)
    approve(bulletins, WEEK, "J", NOW)
    with pytest.raises(ConfigError, match=f"1.*{WEEK}"):
        approve(bulletins, NEXT, "J", NOW)
    edit(bulletins, ("number: 1", "number: 2"), week=NEXT)
    assert approve(bulletins, NEXT, "J", NOW).issue.number == 2
    assert build(bulletins, "2026-W46", NOW).draft.number == 3  # made up for afterwards


def test_on_a_full_disk_nothing_is_approved_and_nothing_left_behind(bulletins, monkeypatch):
    build(bulletins, WEEK, NOW)
    there = set(bulletins.folder.glob("*/*"))

    def full(_file):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="full"):
            approve(bulletins, WEEK, "J", NOW)
    assert set(bulletins.folder.glob("*/*")) | set(bulletins.folder.glob("*/.*")) == there
    assert approved_issue(bulletins, WEEK) is None
    assert approve(bulletins, WEEK, "J", NOW)


def test_an_issue_is_not_another_week_s(bulletins):
    build(bulletins, WEEK, NOW)
    approve(bulletins, WEEK, "J", NOW)
    shutil.copytree(bulletins.folder / WEEK, bulletins.folder / NEXT)
    with pytest.raises(StoreError, match="modifié après l’approbation"):
        approved_issue(bulletins, NEXT)


def test_a_policy_tightened_since_publication_holds(bulletins, tmp_path):
    stricter = [Source("open", "S", "https://s.example", SourceKind.FEED, excerpt=Excerpt("none"))]
    now_strict = Bulletins.of(tmp_path, Settings(), stricter)
    build(now_strict, WEEK, NOW)
    issue, _left = draft_issue(now_strict, WEEK)
    assert {piece.source_id: piece.passage for piece in issue.pieces} == {"press": "", "quoted": ""}
    assert not next(one.also for one in issue.pieces if one.item_id == "b")


def test_the_archive_the_month_and_an_audience(bulletins):
    build(bulletins, WEEK, NOW)
    approved = approve(bulletins, WEEK, "J", NOW)
    assert archive(bulletins) == [approved]
    assert close_month(bulletins, NOW) is None  # November is not over
    december = datetime(2026, 12, 1, 12, tzinfo=UTC)
    month = close_month(bulletins, december)
    assert month.issue.name == "2026-11"
    assert close_month(bulletins, december) is None
    assert archive(bulletins) == [approved]
    assert archive(bulletins, months=True) == [month]
    made = rendered(bulletins, approved.issue, NOW, regions=("QC-06",), language="en")
    assert "Estrie" not in made.mail.text
    assert made.mail.text.count("https://personal-link.invalid/") == 1
    assert state_of(bulletins, WEEK, NOW).leaves == "later"


def test_the_commands(bulletins, tmp_path):
    (tmp_path / "config.yaml").write_text("veille: {schema: 1, name: Essai}\n", "utf-8")
    (tmp_path / "sources.yaml").write_text("sources: []\n", "utf-8")
    from veille.cli.app import app

    def veille(*words, code=0):
        done = CliRunner().invoke(app, ["digest", *words, "--week", WEEK, "-w", str(tmp_path)])
        assert (
            done.exit_code if not done.exception else getattr(done.exception, "exit_code", 0)
        ) == code
        return done.output

    assert "pas encore de brouillon" in veille("status")
    veille("preview", code=2)
    assert json.loads(veille("build", "--json"))["kept"] == 3
    assert "title" in veille("preview")
    edit(bulletins, ("title: Libre\n", "title: Libre\n  deadline: 2020-01-01\n"))
    assert "La date est passée" in veille("preview")
    veille("preview", "--domain", "sport", code=2)
    veille("preview", "--domain", "governance", "--language", "en")
    assert (
        "Governance"
        in (bulletins.folder / WEEK / "preview" / "mail.txt").read_text("utf-8").title()
    )
    edit(bulletins, ("- id: b\n", "- id: unknown\n"))
    said = veille("approve", "--by", "Jeanne")
    assert "Jeanne" in said
    assert "Laissé de côté, car retiré, écarté ou déjà dit\u00a0: Presse" in said
    veille("approve", code=2)
    told = json.loads(veille("status", "--json"))
    assert (told["state"], told["approved_by"], len(told["used"])) == ("approved", "Jeanne", 2)


def run_weekly(root, now, **digest):
    from fakes.clock import FakeClock

    from veille.runner import run_pipeline
    from veille.workspace import Workspace

    settings = Settings(digest=digest)
    clock = FakeClock(now)
    return run_pipeline(Workspace(root, settings), "weekly", clock=clock)


def test_the_weekly_pipeline(bulletins, tmp_path):
    (tmp_path / "pipelines").mkdir()
    here = Path(__file__).resolve().parents[2]
    shutil.copy(here / "pipelines" / "weekly.py", tmp_path / "pipelines")
    (tmp_path / "sources.yaml").write_text("sources: []\n", "utf-8")
    early = run_weekly(tmp_path, NOW, compose_on="friday")
    assert (early.status, early.steps[0].done) == ("ok", 0)
    assert run_weekly(tmp_path, NOW).steps[0].done == 1
    again = run_weekly(tmp_path, NOW)
    assert (again.status, again.steps[0].done) == ("ok", 0)
    late = run_weekly(tmp_path, NOW + timedelta(days=2))
    assert [failure.kind for failure in late.failures] == ["not_approved"]
    assert run_weekly(tmp_path, NOW + timedelta(days=2), approve="auto").steps[0].new == 1
    assert approved_issue(bulletins, WEEK).by == "auto"
    empty = run_weekly(tmp_path, NOW + timedelta(days=60))
    assert {failure.kind for failure in empty.failures} == {"empty_week"}


def test_a_name_from_the_web_leads_nowhere_else(bulletins):
    for name in ("../..", "2026-W47/../2026-W46", "", "draft.yaml", "2026-W471"):
        assert approved_issue(bulletins, name) is None


def test_an_open_call_of_last_month_is_still_offered(bulletins, tmp_path):
    month_ago = NOW - timedelta(days=40)
    call = item(
        "call", "Date limite : 4 décembre 2026.", title="Appel", source="open", at=month_ago,
        item_type="ty-appel-projets",
    )  # fmt: skip
    old = item("old", "Un texte", title="Vieux", source="open", at=month_ago)
    publish(tmp_path, call, old, stories=(), at=NOW + timedelta(hours=2))
    [line] = build(bulletins, WEEK, NOW).draft.lines
    assert (line.section, line.deadline.isoformat()) == ("calls", "2026-12-04")


def test_what_was_frozen_before_issues_had_a_subject_still_holds(bulletins):
    build(bulletins, WEEK, NOW)
    plain = approve(bulletins, WEEK, "Jeanne", NOW)
    told = json.loads((bulletins.folder / WEEK / "issue.json").read_text("utf-8"))
    assert "subject" not in told["approved"]["issue"]  # as then: the same hash
    assert approved_issue(bulletins, WEEK) == plain


def test_an_issue_says_what_its_mail_is_announced_by(bulletins):
    build(bulletins, WEEK, NOW)
    edit(bulletins, ("editorial: ''", "subject: Le fonds : enfin\neditorial: ''"))
    issue = approve(bulletins, WEEK, "Jeanne", NOW).issue
    assert approved_issue(bulletins, WEEK).issue.subject == "Le fonds : enfin"
    assert rendered(bulletins, issue, NOW).mail.subject.endswith("– Le fonds : enfin")
    assert rendered(bulletins, issue, NOW, language="en").mail.subject.endswith(
        "– Le fonds : enfin"
    )


def decide(bulletins, *wishes):
    with open_desk(bulletins.desk) as desk:
        desk.decisions.decide([Wish(*wish) for wish in wishes], author="lea", now=NOW)


def test_what_the_team_kept_is_in_with_its_note_and_what_it_set_aside_is_not(bulletins):
    decide(
        bulletins,
        ("c", Facet.STATE, State.KEPT),
        ("c", Facet.NOTE, "À lire ce soir."),
        ("a", Facet.RELEVANT, False),
    )
    built = build(bulletins, WEEK, NOW)
    first = built.draft.kept[0]
    assert (first.item_id, first.note) == ("c", "À lire ce soir.")
    assert "a" not in {line.item_id for line in built.draft.lines}


def test_what_is_set_aside_later_leaves_the_issue_and_the_draft_stays_as_written(bulletins):
    build(bulletins, WEEK, NOW)
    edit(bulletins, ("Libre", "Un titre à moi"))
    text = (bulletins.folder / WEEK / "draft.yaml").read_text("utf-8")
    decide(bulletins, ("a", Facet.STATE, State.ASIDE))
    issue, left = draft_issue(bulletins, WEEK)
    assert "a" not in {piece.item_id for piece in issue.pieces}
    assert [line.title for line in left] == ["Un titre à moi"]
    assert (bulletins.folder / WEEK / "draft.yaml").read_text("utf-8") == text
    decide(bulletins, ("a", Facet.STATE, None))
    assert draft_issue(bulletins, WEEK)[1] == ()
    assert appeared(bulletins) == {}
    approve(bulletins, WEEK, "Léa", NOW)
    assert appeared(bulletins)["a"] == WEEK
