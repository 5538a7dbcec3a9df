"""A small published workspace with an item that its source will want out, and a name to look for.

python -m fakes.withdrawable FOLDER SEAM    withdraws it, and is killed where SEAM is called
"""

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fakes.clock import FakeClock
from fakes.watched import DAY, NOW, PACE, announced, poll, read, source

WORD = "zorglub"
URL = f"https://example.org/{WORD}"
WEEK = "2026-W47"
NEXT = "2026-W48"
MINUTE = timedelta(minutes=1)
TEXT = """\
La coopérative de solidarité Boréal achète à {place} un immeuble de douze logements, pour 3,4 M$, \
avec l’aide du Fonds de solidarité et de la Caisse d’économie Desjardins. Les locataires, réunis \
depuis 2019 en association, en deviennent membres; ils éliront sept personnes le 4 décembre."""


def clock(minutes: int = 0) -> FakeClock:
    return FakeClock(NOW + minutes * MINUTE)


def made(folder: Path) -> Path:
    """Return the folder of a workspace that `make` fills, once for all files of tests."""
    from fakes.prepared import prepared

    prepared(folder, make, "withdrawable")
    return folder


def make(folder: Path):
    """Three items tell a story, the one with the name first, and one tells something else.

    All are published, an issue with the name is approved, and the next week's draft has it too.
    """
    from fakes.workspaces import new_workspace

    from veille.bulletins import Bulletins, approve, build, rendered, write_forms
    from veille.runner import publish_now
    from veille.steps.group import regrouped
    from veille.store import open_watch
    from veille.stories import SCHEME, signed

    workspace = new_workspace(folder, sample=True, now=NOW)
    workspace.var.mkdir()
    with open_watch(workspace.watch, now=NOW) as watch:
        watch.remember_sources([source(name) for name in "abcd"], NOW)
        for n, (by, name) in enumerate(zip("abc", (WORD, "deux", "trois"), strict=True)):
            take_in(watch, name, f"Boréal achète {name}", TEXT.format(place=name), by, n)
        take_in(watch, "seul", "Tout autre chose", "Un colloque.", "d", 3)
        waiting = watch.stories.to_sign(watch.stories.lacking(SCHEME))
        ours = [signed(one, "fr") for one in waiting]
        watch.stories.save(regrouped(watch.stories, ours, (), "run", NOW))
        judge(watch)
    publish_now(workspace, clock=clock(-30))
    bulletins = Bulletins.of(workspace.root, workspace.settings, ())
    build(bulletins, WEEK, NOW)
    approve(bulletins, WEEK, "Jeanne", NOW)
    folder = bulletins.folder / NEXT
    folder.mkdir()
    draft = (bulletins.folder / WEEK / "draft.yaml").read_text("utf-8")
    (folder / "draft.yaml").write_text(draft.replace(WEEK, NEXT), "utf-8")
    from veille.bulletins import approved_issue

    write_forms(folder, rendered(bulletins, approved_issue(bulletins, WEEK).issue, NOW))
    return workspace


def take_in(watch, name: str, title: str, text: str, by: str, minutes: int) -> None:
    """Keep an article as polling and reading do, under the id that its address has."""
    from veille.model import Dated, DateOrigin
    from veille.urls import item_id

    at = NOW + minutes * MINUTE
    one = announced(name, title=title, summary=f"{title}.", published=at)
    one = replace(one, item_id=item_id(one.url, "", None, ""))
    watch.save_polls([poll(by, one, at=at)], PACE)
    waiting = watch.lacking_articles(at + DAY, backlog=9)
    dated = Dated(at, DateOrigin.FEED)
    watch.save_readings(
        [read(item, text, at=at, language="fr", published=dated) for item in waiting], attempts=6
    )


def judge(watch) -> None:
    """Judge all articles relevant; what decided are words with the name where it is in the text."""
    from veille.model.judgement import Evidence, Judged, Judgement, Kind, Verdict

    for one in watch.to_judge(watch.lacking_judgements("m", NOW)):
        because = (Evidence(Kind.CONCEPT, one.text[:60], WORD if WORD in one.text else "x", 1.0),)
        verdict = Verdict("relevant", True, 0.9, evidence=because)
        domain = Verdict("governance", True, 0.9, evidence=because)
        said = Judgement("m", "fr", 0.9, verdict, (domain,))
        watch.save_judgements([Judged(one, said, "run", NOW)])


def files_with_the_name(folder: Path) -> set[str]:
    """The files in which the name stands, in any case, by their path."""
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and WORD.encode() in path.read_bytes().lower()
    }


def main(folder: str, seam: str) -> None:
    from veille import withdraw
    from veille.workspace import open_workspace

    def die(*_given: object, **_named: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    assert hasattr(withdraw, seam)
    setattr(withdraw, seam, die)
    withdraw.withdraw(open_workspace(Path(folder)), URL, "Lettre", clock=clock(1))


if __name__ == "__main__":
    main(*sys.argv[1:])
