"""What every page is made from: the workspace, the clock, the way out for letters."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from veille.classify.regions.names import region_names
from veille.clock import Clock
from veille.i18n import speaking
from veille.model.bulletin import Approved
from veille.model.deliveries import Transport
from veille.staff.accounts import Lasting
from veille.store.catalogue import TEAM, Catalogue
from veille.store.desk import Desk, open_desk
from veille.store.subscribers import Subscribers
from veille.subscriptions import open_readers
from veille.web.overlays import Overlays
from veille.web.post import Post
from veille.web.sight import Sight
from veille.web.snapshots import Snapshots
from veille.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Site:
    """One workspace's pages. Threads share it."""

    workspace: Workspace
    clock: Clock
    post: Post
    issues: dict[str, tuple[int, Approved]] = field(default_factory=dict)
    """Approved issues that were read, by name, each with its file's time of change."""
    snapshots: Snapshots = field(default_factory=Snapshots)
    sight: Sight = field(default_factory=Sight)
    overlays: Overlays = field(default_factory=Overlays)
    transport: Transport | None = None
    """What stands in for the mail server of the settings."""

    @property
    def name(self) -> str:
        """The bulletin's name."""
        settings = self.workspace.settings
        return settings.digest.title or settings.veille.name

    @property
    def base(self) -> str:
        """Where readers reach the pages, as configured: never what a request says."""
        return self.workspace.settings.deliver.public_url

    @property
    def prefix(self) -> str:
        """The path that links begin with: that of `base`, where the site is not a host's root."""
        return urlsplit(self.base).path.rstrip("/")

    def readers(self) -> Subscribers:
        """Open the subscribers, for one request; to be closed."""
        return open_readers(self.workspace)

    def desk(self) -> Desk:
        """Open the desk, for one request; to be closed."""
        return open_desk(self.workspace.var / "desk.sqlite")

    def catalogue(self, edition: str = TEAM) -> AbstractContextManager[Catalogue]:
        """Lend an edition's newest snapshot for a `with`: all requests share it, threads may too.

        Raises Unpublished before the first publication.
        """
        return self.snapshots.lent(self.workspace.catalogue, edition)

    @property
    def lasting(self) -> Lasting:
        """How long the staff stay signed in."""
        settings = self.workspace.settings.web
        return Lasting(timedelta(hours=settings.idle_hours), timedelta(days=settings.session_days))

    @property
    def is_private(self) -> bool:
        """Whether readers and staff reach the pages by https."""
        return self.base.startswith("https://")

    def regions(self, language: str) -> Mapping[str, str]:
        """Return the names of regions by code."""
        return _regions(self.workspace.models / "regions", language)


@cache
def _regions(folder: Path, language: str) -> Mapping[str, str]:
    with speaking(language):
        return region_names(folder)


async def _site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


SiteHere = Annotated[Site, Depends(_site_of)]
"""A handler's parameter that is the site."""
