"""How one item is shown to people."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from rich.console import Group, RenderableType
from rich.text import Text

from veille.classify.explain import domain_name, explain
from veille.cli.decided import decided_lines
from veille.cli.tables import locale_name, table_of
from veille.i18n import _, _n
from veille.store import Brief, Item, Version
from veille.stories import reason
from veille.wording import explain as explain_failure


def item_table(items: Sequence[Brief], zone: ZoneInfo) -> RenderableType:
    """Return items in a line each; those not judged yet say so where the others say domains."""
    if not items:
        return Text(_("No article yet. « veille run nightly » collects some."))
    table = table_of(_("item"), _("date"), _("title"), _("domains"))
    for one in items:
        day = _day(one.published_at, zone, "d MMM y") if one.published_at else _("undated")
        domains = ", ".join(map(domain_name, one.domains))
        if one.relevant is None:
            domains = _("not judged yet")
        table.add_row(one.item_id[:8], day, one.title, domains)
    return table


def item_screen(
    item: Item,
    sources: Mapping[str, str],
    regions: Mapping[str, str],
    zone: ZoneInfo,
    issue: str | None = None,
) -> RenderableType:
    """Return an item as a person reads it: what it is, what was decided, why it is tagged so.

    `sources` and `regions` have the names of those by their ids and codes; `issue` is the bulletin
    that told it, if one did.
    """
    lines = [
        Text(item.title, style="bold"),
        Text(item.url or _("no address")),
        Text(_published(item, sources, zone)),
        Text(_n("{n} word; id {id}", "{n} words; id {id}", item.words).format(
            n=item.words, id=item.item_id[:12]
        )),
    ]  # fmt: skip
    lines += [Text(_version(one, zone)) for one in item.versions]
    lines += [Text(line) for line in _story(item, sources, zone)]
    last = item.versions[-1].number if item.versions else 1
    told = decided_lines(item.decisions, regions, zone, version=last, issue=issue)
    lines += [Text(line) for line in told]
    judged = item.judgement
    why = explain(judged, regions) if judged else _("Not judged yet: the next run will.")
    return Group(*lines, Text(""), Text(_("Why this article?"), style="bold"), Text(why))


def _published(item: Item, sources: Mapping[str, str], zone: ZoneInfo) -> str:
    names = ", ".join(sources.get(one, one) for one in item.sources)
    if item.published_at is None:
        return _("{names}, undated").format(names=names)
    origin = {
        "feed": _("date given by the feed"),
        "page": _("date given by the page"),
        "url": _("date read in the address"),
        "guess": _("date guessed from the text"),
    }[item.date_origin or "guess"]
    return _("{names}, {date} ({origin})").format(
        names=names, date=_day(item.published_at, zone), origin=origin
    )


def _version(version: Version, zone: ZoneInfo) -> str:
    told = _("Version {number}, read on {date}").format(
        number=version.number, date=_day(version.read_at, zone)
    )
    if version.text_from == "feed":
        why = explain_failure(version.page_outcome) if version.page_outcome else ""
        told += _(": the feed’s own text") + (f" ({why})" if why else "")
    return told


def _story(item: Item, sources: Mapping[str, str], zone: ZoneInfo) -> Iterator[str]:
    """Say that others tell the same, why they do, and who told it when."""
    if item.story is None:
        return
    because = reason(item.story.ties, by_hand=item.story.by_hand)
    yield ""
    yield _("One story: {reason}.").format(reason=because)
    for one in item.tellings:
        told = _("{name}, {date}: {title}").format(
            name=sources.get(one.source_id, one.source_id),
            date=_day(one.published_at, zone) if one.published_at else _("undated"),
            title=_("this article") if one.item_id == item.item_id else one.title,
        )
        told += _(" (the original)") if one.item_id == item.story.original else ""
        yield f"  {one.item_id[:8]}  {told}"


def _day(at: datetime, zone: ZoneInfo, form: str = "d MMMM y") -> str:
    return str(format_datetime(at.astimezone(zone), form, locale=locale_name()))
