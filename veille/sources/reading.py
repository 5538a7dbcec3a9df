"""From the bytes of an answer to what a source announces, whatever its kind."""

from zoneinfo import ZoneInfo

from veille.errors import FailureKind, ReadError
from veille.model import Fetched, Reading, Source, SourceKind
from veille.sources.documents import MAX_BYTES, open_document
from veille.sources.entries import Calendar
from veille.sources.feed import read_feed
from veille.sources.jsonfeed import is_json, read_json_feed
from veille.sources.listing import read_listing
from veille.sources.oai import read_oai
from veille.sources.sitemap import read_sitemap


def read_source(
    source: Source, fetched: Fetched, *, limit: int, zone: ZoneInfo, max_bytes: int = MAX_BYTES
) -> Reading:
    """Return what an answer of a source announces: at most `limit` entries.

    Dates without a zone are read in `zone`. `max_bytes` bounds a body that is packed in gzip. A
    valid document may announce nothing. Raises ReadError, and nothing else, for what cannot be
    read: see the reader of each kind. Time is linear in honest documents; feedparser can be made
    to take minutes over a crafted one (160 kB of author), so call it where time is limited.
    """
    document = open_document(source.id, fetched, max_bytes=max_bytes)
    calendar = Calendar(zone, source.languages or ("fr", "en"))
    match source.kind:
        case SourceKind.FEED if is_json(document):
            return read_json_feed(document, limit=limit, calendar=calendar)
        case SourceKind.FEED:
            return read_feed(document, limit=limit, calendar=calendar)
        case SourceKind.SITEMAP:
            return read_sitemap(document, limit=limit, calendar=calendar)
        case SourceKind.OAI if source.oai:
            return read_oai(source, document, limit=limit, calendar=calendar)
        case SourceKind.LISTING if source.listing:
            return read_listing(document, source.listing, limit=limit, calendar=calendar)
        case _:  # a kind not read yet, or one whose recipe is missing
            raise ReadError(FailureKind.RECIPE, source.id, str(source.kind))
