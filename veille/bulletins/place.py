"""Where a workspace's issues are, and all that they are made from."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from veille.classify.regions.names import region_names
from veille.config import Settings
from veille.digest.decided import kept
from veille.i18n import speaking
from veille.model import Excerpt, Source
from veille.model.bulletin import Masthead
from veille.model.decisions import Decided, State
from veille.store.catalogue import Catalogue
from veille.store.desk import open_desk

Lender = Callable[[Path, str], AbstractContextManager[Catalogue]]
"""Gives the newest snapshot of an edition for a `with`, from the catalogue in this folder."""


@dataclass(frozen=True, slots=True)
class Bulletins:
    """Where a workspace's issues are, and all that they are made from.

    `lend` gives the snapshots that items come from: opened for each question, unless pages share
    theirs.
    """

    folder: Path
    catalogue: Path
    models: Path
    templates: Path
    settings: Settings
    excerpts: Mapping[str, Excerpt]
    desk: Path | None = None
    lend: Lender = Catalogue

    @classmethod
    def of(
        cls, root: Path, settings: Settings, sources: Sequence[Source], lend: Lender = Catalogue
    ) -> Self:
        """Return those of the workspace in `root`."""
        return cls(
            folder=root / "var" / "bulletins",
            catalogue=root / "var" / "catalogue",
            models=root / "models",
            templates=root / "digests" / "weekly",
            settings=settings,
            excerpts={source.id: source.excerpt for source in sources},
            desk=root / "var" / "desk.sqlite",
            lend=lend,
        )

    def decided(self, item_ids: Collection[str] | None = None) -> dict[str, Decided]:
        """Return what people decided of these items, or of all; of none where there is no desk."""
        if self.desk is None or not self.desk.is_file():
            return {}
        with open_desk(self.desk) as desk:
            ledger = desk.decisions
            return ledger.all_current() if item_ids is None else ledger.current(item_ids)

    def kept(self) -> dict[str, str]:
        """Return the items that people kept for the bulletin, the first one first, with notes."""
        if self.desk is None or not self.desk.is_file():
            return {}
        with open_desk(self.desk) as desk:  # of years of decisions, those on these alone
            return kept(desk.decisions.current(desk.decisions.in_state(State.KEPT)))

    @property
    def masthead(self) -> Masthead:
        """Who publishes."""
        deliver = self.settings.deliver
        return Masthead(
            name=self.settings.digest.title or self.settings.veille.name,
            organisation=deliver.organisation,
            postal_address=deliver.postal_address,
            contact=deliver.contact,
            public_url=deliver.public_url,
        )

    def names(self, in_language: str) -> Mapping[str, str]:
        """Return the regions' names by code, in this language."""
        with speaking(in_language):
            return region_names(self.models / "regions")
