"""What commands show as tables, for people."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from veille.digest.typography import spoken_hour
from veille.i18n import _, _n, language
from veille.model import Source
from veille.scouting import Trial
from veille.sources.declaration import Located
from veille.sources.registry import Waiting, waiting_reason
from veille.wording import explain, explain_lack

SHOWN_ITEMS = 5


def source_table(sources: Sequence[Source], later: Sequence[Located]) -> RenderableType:
    """The registry: each source, how it is read, and why it waits if it does."""
    table = table_of(_("id"), _("name"), _("kind"), _("state"))
    for source in sources:
        table.add_row(source.id, source.name, source.kind, _state(source))
    if not later:
        return table
    n = len(later)
    told = _n(
        "{n} organisation’s site is still to be found: {names}.",
        "{n} organisations’ sites are still to be found: {names}.",
        n,
    ).format(n=n, names=", ".join(one.name for one in later))
    return Group(table, Text(told))


def trial_table(trials: Sequence[Trial]) -> RenderableType:
    """What asking each source gave."""
    table = table_of(_("id"), _("answer"), _("newest"))
    for trial in trials:
        table.add_row(trial.source.id, _answer(trial), trial.newest_day)
    working = sum(trial.works for trial in trials)
    told = _n("{n} source works.", "{n} sources work.", working).format(n=working)
    return Group(table, Text(told))


def trial_items(trial: Trial) -> RenderableType:
    """The last items of a source that was tried."""
    title = _("{name}: {address}").format(name=trial.source.name, address=trial.address)
    table = table_of(_("date"), _("title"), title=title)
    for entry in trial.entries[:SHOWN_ITEMS]:
        day = entry.published.at.date().isoformat() if entry.published else ""
        table.add_row(day, entry.title or entry.url or "")
    return table


def _state(source: Source) -> str:
    if source.active:
        return _("at work")
    return _("waits: {why}").format(why=_waiting(source))


def _waiting(source: Source) -> str:
    return {
        Waiting.ADDRESS: _("the address of its feed or sitemap is to be found"),
        Waiting.UNSEEN: _("to be seen working (« veille sources check --activate »)"),
        Waiting.PAUSED: _("paused"),
    }.get(Waiting(waiting_reason(source))) or explain_lack(source.kind)


def _answer(trial: Trial) -> str:
    if trial.failure:
        return explain(trial.failure.kind, trial.failure.detail)
    n = len(trial.entries)
    return _n("{n} entry", "{n} entries", n).format(n=n)


def moment(value: str | datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as people write it, in the workspace's zone; empty for none."""
    if not value:
        return ""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    at = at.astimezone(zone)
    if language() != "fr":
        return str(format_datetime(at, "d MMM HH:mm", locale=locale_name()))
    told = f"{format_date(at, 'd MMM', locale=locale_name())} {spoken_hour(at, 'fr')}"
    return told.replace(" ", "\N{NO-BREAK SPACE}")


def locale_name() -> str:
    """Return the locale in which numbers and dates are written."""
    return {"fr": "fr_CA", "en": "en_CA"}[language()]


def decimal(value: float, places: int = 2) -> str:
    """Return a number as people write it: « 0,84 » in French."""
    form = "0." + "0" * places
    return str(format_decimal(value, format=form, locale=locale_name()))


def table_of(*columns: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):  # the first holds what people copy: never folded
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table
