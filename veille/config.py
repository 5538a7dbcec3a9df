"""config.yaml → Settings: typed, defaults here, unknown keys refused, every fault at once.

Precedence: command-line flag > environment (`VEILLE_FETCH__TIMEOUT=20`) > config.yaml > default.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from veille.errors import ConfigError
from veille.i18n import _
from veille.mail_settings import DeliverSettings

SCHEMA = 1
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is 8 times faster, if built


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("timezone", "{name}", {"name": name})
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Marker(_Section):
    """What marks this folder as a workspace."""

    model_config = ConfigDict(serialize_by_alias=True)

    version: int = Field(default=SCHEMA, alias="schema", ge=1)
    """Form of this file; the engine refuses a form newer than it knows."""

    name: str = Field(default="veille", min_length=1, max_length=80)
    """The watch's name, as people read it."""

    sample: date | None = None
    """First day of the bundled sample web, in a workspace that runs on it and on nothing else."""


class FetchSettings(_Section):
    """Manners and limits towards other people's servers."""

    contact: str | None = None
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


class CollectSettings(_Section):
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


class ReadSettings(_Section):
    """How pages are read."""

    seconds: float = Field(default=15.0, gt=0)
    """Seconds of reading after which a page is given up."""

    megabytes: int = Field(default=128, ge=64)
    """Memory a reading process may take for one page beyond what it starts with."""

    min_words: int = Field(default=25, ge=0)
    """Words below which a page's text does not count as an article's."""

    attempts: int = Field(default=6, ge=1)
    """Tries for one page, further and further apart, before it is left with the feed's own text."""


class Settings(BaseSettings):
    """The whole of config.yaml."""

    model_config = SettingsConfigDict(
        env_prefix="VEILLE_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    veille: Marker = Marker()

    language: Literal["fr", "en"] = "fr"
    """Language of commands, reports and pages."""

    timezone: Annotated[str, AfterValidator(_known_zone)] = "America/Toronto"
    """Time zone in which dates without a zone are read and all dates are shown."""

    workers: int = Field(default=2, ge=1, le=64)
    """Processes that read pages."""

    fetch: FetchSettings = FetchSettings()
    collect: CollectSettings = CollectSettings()
    read: ReadSettings = ReadSettings()
    deliver: DeliverSettings = DeliverSettings()

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's time zone."""
        return ZoneInfo(self.timezone)

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


def load_settings(path: Path) -> Settings:
    """Read a workspace's config.yaml.

    Raises ConfigError with every fault found, each with its key path.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise ConfigError(
            _("{path} is not a settings file: it should hold « key: value » lines.").format(
                path=path
            )
        )
    try:
        return Settings(**data)
    except ValidationError as error:
        raise ConfigError(
            _("{path} cannot be used:").format(path=path),
            tuple(faults(error)),
            _("Mend it, then run « veille check »."),
        ) from None


def read_yaml(path: Path) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return what a YAML file holds; raise ConfigError with line and column where it breaks."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise ConfigError(
            _("{place}: not valid YAML: {problem}").format(place=place, problem=error.problem)
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(
            _("{path} cannot be read: {error}").format(path=path, error=error)
        ) from None


def faults(error: ValidationError, root: str = "") -> Iterator[str]:
    """Tell each fault of a validation with its key path, in the reader's language."""
    for detail in error.errors(include_url=False):
        path = ".".join(str(part) for part in (root, *detail["loc"]) if part != "")
        yield f"{path}: {_sentence(detail)}"


def _sentence(detail: ErrorDetails) -> str:
    values: Mapping[str, Any] = {"found": detail["input"], **detail.get("ctx", {})}
    known = {
        "extra_forbidden": _("unknown key; see docs/config.md for those there are"),
        "missing": _("this key is required"),
        "timezone": _("« {name} » is not a known time zone"),
        "literal_error": _("« {found} » is not one of {expected}"),
        "enum": _("« {found} » is not one of {expected}"),
        "greater_than": _("{found} should be more than {gt}"),
        "greater_than_equal": _("{found} should be {ge} or more"),
        "less_than_equal": _("{found} should be {le} or less"),
        "int_parsing": _("« {found} » should be a whole number"),
        "int_type": _("« {found} » should be a whole number"),
        "int_from_float": _("« {found} » should be a whole number"),
        "float_parsing": _("« {found} » should be a number"),
        "float_type": _("« {found} » should be a number"),
        "bool_parsing": _("« {found} » should be true or false"),
        "string_type": _("« {found} » should be text"),
        "string_too_short": _("this should not be empty"),
        "list_type": _("« {found} » should be a list"),
        "tuple_type": _("« {found} » should be a list"),
        "model_type": _("« {found} » should hold « key: value » lines"),
        "value_error": "{error}",  # raised by a validator of ours, in the reader's language already
    }
    template = known.get(detail["type"])
    return template.format_map(values) if template else detail["msg"]
