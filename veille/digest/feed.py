"""The RSS feed of issues: one entry an issue, newest first. Pure."""

from collections.abc import Mapping, Sequence

from feedgenerator import Rss201rev2Feed

from veille.digest.editions import edition_of
from veille.digest.typography import inert_line
from veille.digest.view import edition_view
from veille.i18n import _, speaking
from veille.model.bulletin import Approved, Masthead

MOST_ISSUES = 20


def issues_feed(
    issues: Sequence[Approved], masthead: Masthead, names: Mapping[str, str], language: str = "fr"
) -> str:
    """Return the feed of the newest issues, as the archive shows them: whole.

    Links lead to the public archive, so without `masthead.public_url` they lead nowhere useful.
    """
    name = inert_line(masthead.name)
    home = f"{masthead.public_url}/archive"
    newest = sorted(issues, key=lambda one: one.issue.name, reverse=True)[:MOST_ISSUES]
    with speaking(language):
        feed = Rss201rev2Feed(  # type: ignore[no-untyped-call]
            title=name,
            link=home,
            description=_("The issues of {name}.").format(name=name),
            language=language,
            feed_url=f"{masthead.public_url}/feeds/bulletins.rss",
        )
        for one in newest:
            view = edition_view(edition_of(one.issue, language=language), masthead, names)
            titles = [p.title for s in view.sections for group in s.groups for p in group.pieces]
            feed.add_item(  # type: ignore[no-untyped-call]
                title=f"{view.number}, {view.period}",
                link=f"{home}/{one.issue.name}",
                description=". ".join((view.summary, *titles[:5])),
                pubdate=one.at,
                unique_id=f"{home}/{one.issue.name}",
            )
        return str(feed.writeString("utf-8"))  # type: ignore[no-untyped-call]
