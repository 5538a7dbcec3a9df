"""A workspace with an approved issue, readers of many editions, and a mail server to send to."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from fakes.commands import veille
from fakes.issues import NOW as APPROVED_AT
from fakes.issues import WEEK, candidate, issue
from fakes.readers import newcomer

from veille.bulletins import Bulletins
from veille.bulletins.shelf import freeze
from veille.model.bulletin import Approved
from veille.subscriptions import open_readers
from veille.workspace import Workspace, open_workspace

DOMAINS = ("financial_engineering", "governance", "leadership")
REGIONS = ("QC-01", "QC-02", "QC-03", "QC-04", "QC-05", "QC-06", "QC-07", "QC-08", "QC-09")
CONFIG = """
veille: {{schema: 1, name: Veille d’essai}}
deliver:
  host: localhost
  port: {port}
  from: Veille d’essai <bulletin@exemple.org>
  return_path: rebonds@exemple.org
  organisation: Coop d’essai
  postal_address: 1, rue du Port, Rimouski (Québec)
  contact: info@exemple.org
  public_url: https://veille.exemple.org
  per_minute: 100000
  {more}
"""


@dataclass(frozen=True)
class Mailing:
    """What a test of sending needs."""

    workspace: Workspace
    bulletins: Bulletins

    @property
    def approved(self) -> Approved:
        from veille.bulletins import approved_issue

        return approved_issue(self.bulletins, WEEK)

    def readers(self):
        return open_readers(self.workspace)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "veille", "digest", *words, "-w", str(self.workspace.root)]

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return veille("digest", *words, at=self.workspace.root, VEILLE_LANGUAGE="fr", **more)


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    return {**kept, "VEILLE_LANGUAGE": "fr"}


def mailing(root: Path, port: int, people: int, more: str = "security: none") -> Mailing:
    """Make a workspace with `people` readers whose choices make 60 editions, as far as they go."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "config.yaml").write_text(CONFIG.format(port=port, more=more), encoding="utf-8")
    (root / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    workspace = open_workspace(root)
    bulletins = Bulletins.of(root, workspace.settings, [])
    told = [
        candidate(f"i{n}{m}", f"Nouvelle {n}-{m} : « l’économie sociale »", domains=(domain,),
                  regions=(region,))
        for n, domain in enumerate(DOMAINS)
        for m, region in enumerate(REGIONS)
    ]  # fmt: skip
    freeze(bulletins, Approved(issue(*told), "Lise", APPROVED_AT))
    with open_readers(workspace) as readers:
        arrivals = [
            newcomer(f"lise{n}@example.org", **choice)
            for n, choice in zip(range(people), _choices() * people, strict=False)
        ]
        readers.bring(arrivals, actor="staff", way="test", now=APPROVED_AT - timedelta(days=1))
    return Mailing(workspace, bulletins)


def _choices() -> list[dict[str, object]]:
    """Return sixty choices that each make another edition."""
    domains = [(), *((one,) for one in DOMAINS)]
    regions = [(), *((one,) for one in REGIONS)]
    return [
        {"domains": domain, "regions": region, "language": language}
        for language in ("fr", "en")
        for domain in domains
        for region in regions
    ][:60]
