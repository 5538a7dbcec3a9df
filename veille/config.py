"""config.yaml → Settings: typed, defaults here, unknown keys refused, every fault at once.

Precedence: command-line flag > environment (`VEILLE_FETCH__TIMEOUT=20`) > config.yaml > default.
"""

import os
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from veille.errors import ConfigError
from veille.faults import faults, read_yaml
from veille.i18n import _
from veille.settings.alerts import AlertSettings
from veille.settings.backups import BackupSettings, RetentionSettings
from veille.settings.digest import DigestSettings
from veille.settings.mail import DeliverSettings
from veille.settings.publish import PublishSettings
from veille.settings.review import ReviewSettings
from veille.settings.schedule import RunSettings, ScheduleSettings
from veille.settings.section import Section
from veille.settings.store import FILE, Lake, Place, known_share, known_store
from veille.settings.subscribers import SubscriberSettings
from veille.settings.web import WebSettings
from veille.settings.workers import known_workers, scheduler_of
from veille.sharing import Share

SCHEMA = 1
PREFIX, NESTED = "VEILLE_", "__"
_WAYS_TO_REACH = r"https?://[^\s/]+\.[^\s/]+(/\S*)?|(mailto:)?[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)  # to list them all takes longer than to read the rest
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("timezone", "{name}", {"name": name}) from None
    return name


def _reachable(contact: str | None) -> str | None:
    if contact is None or not contact.strip():
        return None
    if not re.fullmatch(_WAYS_TO_REACH, contact.strip()):
        raise PydanticCustomError("contact", "{contact}", {"contact": contact})
    return contact.strip()


class Marker(Section):
    """What marks this folder as a workspace."""

    version: int = Field(default=SCHEMA, alias="schema", ge=1)
    """Form of this file; the engine refuses a form newer than it knows."""

    name: str = Field(default="veille", min_length=1, max_length=80)
    """The watch's name, as people read it."""

    sample: date | None = None
    """First day of the bundled sample web, in a workspace that runs on it and on nothing else."""


class FetchSettings(Section):
    """Manners and limits towards other people's servers."""

    contact: Annotated[str | None, AfterValidator(_reachable)] = None
    """Who runs this watch: an address of a page or an e-mail, put in the User-Agent. Without it
    live sources are not polled."""

    timeout: float = Field(default=20.0, gt=0, le=300)
    """Seconds to wait for a connection, and for each further piece of an answer."""

    total_timeout: float = Field(default=60.0, gt=0, le=3600)
    """Seconds one whole answer may take."""

    max_bytes: int = Field(default=10_000_000, ge=1_000)
    """Bytes of one answer, after decompression, beyond which it is refused."""

    max_redirects: int = Field(default=5, ge=0, le=20)
    """Redirects followed for one request."""

    host_delay: float = Field(default=1.0, ge=0, le=600)
    """Seconds between two requests to one host; a robots.txt may ask for more."""

    max_host_delay: float = Field(default=30.0, ge=0, le=3600)
    """Longest delay that a robots.txt can impose within one run, in seconds."""

    hosts_at_once: int = Field(default=16, ge=1, le=256)
    """Hosts talked to at the same time (never more than one request at a time each)."""

    allow_hosts: tuple[str, ...] = ()
    """Hosts that may be on private or loopback addresses, such as an intranet's."""


class CollectSettings(Section):
    """What is asked for, how often, and how much of it."""

    backlog: int = Field(default=30, ge=0)
    """Items read of a source at its first poll, newest first; older ones are kept unread."""

    min_interval: float = Field(default=12.0, ge=0)
    """Hours between two polls of a lively source."""

    max_interval: float = Field(default=72.0, gt=0)
    """Hours between two polls of a quiet or failing source."""

    max_entries: int = Field(default=2_000, ge=1)
    """Entries taken from one document of a source."""

    max_documents: int = Field(default=50, ge=1)
    """Documents followed in one poll (sitemap children, OAI-PMH pages)."""

    failing_share: float = Field(default=0.25, ge=0, le=1)
    """Share of the polled sources that may fail before the run counts as failed (exit 1)."""


class ReadSettings(Section):
    """How pages are read."""

    seconds: float = Field(default=15.0, gt=0)
    """Seconds of reading after which a page is given up."""

    megabytes: int = Field(default=128, ge=64)
    """Memory a reading process may take for one page beyond what it starts with."""

    min_words: int = Field(default=25, ge=0)
    """Words below which a page's text does not count as an article's."""

    attempts: int = Field(default=6, ge=1)
    """Tries for one page, further and further apart, before it is left with the feed's own text."""


class Settings(Section):
    """The whole of config.yaml."""

    veille: Marker = Field(default_factory=Marker)

    language: Literal["fr", "en"] = "fr"
    """Language of commands, reports and pages."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "America/Toronto"
    """Time zone in which dates without a zone are read and all dates are shown."""

    workers: Annotated[int | str, BeforeValidator(known_workers)] = 2
    """Processes that read pages; or the scheduler of a Dask cluster that reads, signs and judges:
    `dask://host:8786`, or `tls://host:8786` between machines that show certificates. See
    docs/scaling.md."""

    store: Annotated[str, AfterValidator(known_store)] = FILE
    """Where the working store is: `file` (`var/watch.duckdb`), or a DuckLake that several engines
    share: `ducklake:postgres:` and how PostgreSQL finds the catalogue (`dbname=veille host=…
    user=…`). Its password comes from the environment (PGPASSWORD). `veille store move` moves it.
    See docs/scaling.md."""

    store_data: str = ""
    """Folder of the DuckLake's data files, the same for all engines."""

    share: Annotated[str, AfterValidator(known_share)] = "1/1"
    """This engine's share of the sites, where several have one store: `1/2` and `2/2` for two. The
    first also does all the rest; the others poll and read."""

    fetch: FetchSettings = Field(default_factory=FetchSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    run: RunSettings = Field(default_factory=RunSettings)
    collect: CollectSettings = Field(default_factory=CollectSettings)
    read: ReadSettings = Field(default_factory=ReadSettings)
    publish: PublishSettings = Field(default_factory=PublishSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)
    digest: DigestSettings = Field(default_factory=DigestSettings)
    deliver: DeliverSettings = Field(default_factory=DeliverSettings)
    subscribers: SubscriberSettings = Field(default_factory=SubscriberSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)

    @model_validator(mode="after")
    def _is_whole(self) -> "Settings":
        if self.store != FILE and not self.store_data.strip():
            raise ValueError(_("store_data: a DuckLake wants the folder of its data files"))
        if self.store == FILE and self.share != "1/1":
            raise ValueError(_("share: a file is one engine’s; several share a DuckLake (store)"))
        return self

    def place(self, root: Path) -> Place:
        """Where the working store of the workspace in this folder is."""
        if self.store == FILE:
            return root / "var" / "watch.duckdb"
        catalogue = self.store.removeprefix("ducklake:")
        spill = root / "var" / "watch.tmp"
        return Lake(catalogue, root / self.store_data, spill, Share.read(self.share))

    @property
    def processes(self) -> int:
        """How many processes of this machine read pages, where no cluster does."""
        return self.workers if isinstance(self.workers, int) else 2

    @property
    def scheduler(self) -> str | None:
        """Address of the cluster that works, as Dask writes it; None for processes of this one."""
        return scheduler_of(self.workers)

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return ZoneInfo(self.timezone)


def settings_of(said: Mapping[str, Any]) -> Settings:
    """Return the settings that a file and the environment say; raise ValidationError."""
    named = (name.upper() for name in os.environ)
    keys = {
        name.removeprefix(PREFIX).partition(NESTED)[0].lower()
        for name in named
        if name.startswith(PREFIX)
    }
    kind = _with_environment() if keys & set(Settings.model_fields) else Settings
    return kind(**said)


@cache
def _with_environment() -> type[Settings]:
    """Return the settings as the environment overlays them: for its library, which takes as long to
    import as all of pydantic, only where there is something to read there."""
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

    class Overlaid(BaseSettings, Settings):
        model_config = SettingsConfigDict(
            env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="forbid", frozen=True
        )

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, init_settings

    return Overlaid


def load_settings(path: Path) -> Settings:
    """Read a workspace's config.yaml.

    Raises ConfigError with every fault found, each with its key path.
    """
    found: list[str] = []
    data = read_yaml(path, found)
    if not isinstance(data, dict):
        raise ConfigError(
            _("{path} is not a settings file: it should hold « key: value » lines.").format(
                path=path
            )
        )
    try:
        settings = settings_of(data)
    except ValidationError as error:
        found += faults(error)
    if found:
        raise ConfigError(
            _("{path} cannot be used:").format(path=path),
            tuple(found),
            _("Mend it, then run « veille check »."),
        )
    return settings
