"""Take the screenshots of docs/images anew, in Debian's Chromium: `make images`, or names of shows.

    .venv/bin/python docs/images.py [bulletins] [night] [year] [readers]

What they show is invented: the workspaces of the tests, and a night of the sample web. Those of the
mail itself (infolettre-*) are taken by hand, from what `veille digest preview` writes.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from fakes.board import year as lived  # noqa: E402
from fakes.clock import FakeClock  # noqa: E402
from fakes.newsroom import MONDAY, WEEK, bulletins_of, newsroom  # noqa: E402
from fakes.pages import NOW, Served, made_workspace, served, signed_in  # noqa: E402
from fakes.readers import subscribed  # noqa: E402
from fakes.windows import Windows, chromium  # noqa: E402

from veille.bulletins import approve  # noqa: E402
from veille.bulletins.editing import edit  # noqa: E402
from veille.digest.gestures import Words, line_of, retold, worded  # noqa: E402
from veille.staff.accounts import Role  # noqa: E402
from veille.store.catalogue import Catalogue  # noqa: E402
from veille.workspace import open_workspace  # noqa: E402

OUT = ROOT / "docs" / "images"
WORDS = Words(
    "Cette semaine, deux façons de garder un commerce au village : le racheter à plusieurs, ou le "
    "reprendre de l’intérieur. Et quatre duos qui racontent comment on passe la main.",
    subject="Garder un commerce au village",
)
NOTES = {
    "n01": "À rapprocher de Verdun : même outil, mais ici la municipalité s’est portée garante.",
    "n05": "Le compte rendu le plus honnête que nous ayons lu sur le tirage au sort.",
    "n08": "À lire avec le guide de la relève.",
}
LINKS = (
    ("https://www.mrc-matapedia.example.org/nouvelles/ressourcerie", "QC-01",
     "Une ressourcerie sur roues, première au Québec?"),
    ("https://ateliers.example.org/relais/bilan", "QC-09", "Leur bilan après un an."),
)  # fmt: skip

SHOWN = "%/capital-patient-petites-localites"


class Shot(NamedTuple):
    """A page as it is shown: `scheme` is light or dark; without a role, to anybody."""

    name: str
    path: str
    width: int = 1280
    height: int = 900
    scheme: str = "light"
    role: Role | None = Role.ADMIN
    whole: bool = False


@contextmanager
def bulletins(folder: Path) -> Iterator[tuple[Served, list[Shot]]]:
    """Show the desk of the week's bulletin, arranged and about to be approved."""
    workspace = newsroom(folder / "w")
    desk = bulletins_of(workspace)
    edit(desk, WEEK, lambda draft: worded(draft, WORDS))
    for item, note in NOTES.items():
        edit(
            desk,
            WEEK,
            lambda draft, i=item, n=note: retold(draft, replace(line_of(draft, i), note=n)),
        )
    with served(workspace, clock=FakeClock(MONDAY)) as site:
        with site.readers() as readers:
            for n in range(48):
                chosen = {"domains": ["governance"]} if n % 3 == 0 else {}
                subscribed(readers, f"p{n}@example.org", now=MONDAY, **chosen)
        here = f"/bulletins/{WEEK}"
        yield (
            site,
            [
                Shot("bureau", here, height=1060, role=Role.EDITOR),
                Shot("bureau", here, 360, 1400, "dark", Role.EDITOR),
                Shot("bureau-apercu", f"{here}/preview", role=Role.EDITOR),
                Shot("bureau-approbation", f"{here}/approve", height=760, role=Role.EDITOR),
            ],
        )


@contextmanager
def night(folder: Path) -> Iterator[tuple[Served, list[Shot]]]:
    """Show what a night of the sample web brought to the team, and its accounts."""
    home = folder / "w"
    _veille("init", home, "--sample", "--name", "Veille d’essai")
    if (ROOT / "var" / "models").is_dir():  # fitted already: else it takes a minute
        shutil.copytree(ROOT / "var" / "models", home / "var" / "models")
    _veille("run", "nightly", "--workspace", home)
    workspace, now = open_workspace(home), datetime.now(UTC)
    with Catalogue(workspace.catalogue) as catalogue:
        [found] = catalogue.rows("SELECT item_id FROM items WHERE url LIKE $url", url=SHOWN)
    with served(workspace, clock=FakeClock(now)) as site:
        relay = signed_in(site, Role.RELAY, "marc")
        signed_in(site, Role.REVIEWER, "ada")
        for url, region, note in LINKS:
            relay.post("/links", {"url": url, "region": region, "note": note})
        with relay.desk() as desk:
            for handle, name in (("admin", "Lise Tremblay"), ("ada", "Ada Côté")):
                desk.accounts.describe(handle, name=name, email=f"{handle}@example.org")
            desk.accounts.describe("marc", name="Marc Gagnon", email="marc@example.org")
        yield (
            site,
            [
                Shot(
                    "compte", "/account", height=929, scheme="dark"
                ),  # first: each window is a session
                Shot("comptes", "/users/ada", height=802),
                Shot("tri", "/review", height=960),
                Shot("tri", "/review", 360, 740),
                Shot("article", f"/items/{found['item_id']}"),
                Shot("recherche", "/search?q=coopérative&near=QC-05"),
                Shot("liens", "/links"),
                Shot("sources", "/sources", scheme="dark"),
                Shot("entree", "/login", 360, 800, role=None),
            ],
        )


@contextmanager
def year(folder: Path) -> Iterator[tuple[Served, list[Shot]]]:
    """Show a year of a watch on its dashboard."""
    workspace = made_workspace(folder / "w")
    lived(workspace, NOW)
    with served(workspace) as site:
        yield site, [Shot("tableau", "/dashboard", role=Role.EDITOR, whole=True)]


@contextmanager
def readers(folder: Path) -> Iterator[tuple[Served, list[Shot]]]:
    """Show the public pages."""
    workspace = newsroom(folder / "w")
    approve(bulletins_of(workspace), WEEK, "lise", MONDAY)
    with served(workspace, clock=FakeClock(MONDAY)) as site:
        with site.readers() as people:
            lise = subscribed(people, "lise@example.org", now=MONDAY, domains=["governance"])
            token = people.link_token(lise.subscriber_id)
        yield (
            site,
            [
                Shot("accueil", "/", role=None),
                Shot("inscription", "/subscribe", 360, 800, role=None, whole=True),
                Shot("choix", f"/preferences/{token}", scheme="dark", role=None),
            ],
        )


def _veille(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "veille", *words], check=True)


SHOWS = {show.__name__: show for show in (bulletins, night, year, readers)}


def main() -> None:
    """Take those of the shows that were named, or of all."""
    with chromium() as running:
        for name in sys.argv[1:] or SHOWS:
            with (
                tempfile.TemporaryDirectory() as folder,
                SHOWS[name](Path(folder)) as (site, shots),
            ):
                windows = Windows(running)
                for shot in shots:
                    page = windows.opened(
                        site, shot.role, width=shot.width, height=shot.height, scheme=shot.scheme
                    )
                    page.goto(shot.path, wait_until="networkidle")
                    scheme = {"light": "clair", "dark": "sombre"}[shot.scheme]
                    file = OUT / f"{shot.name}-{shot.width}-{scheme}.png"
                    page.screenshot(path=file, full_page=shot.whole)
                windows.close()


if __name__ == "__main__":
    main()
