"""A morning's queue for tests: a workspace whose catalogue holds stories to decide on."""

import json
from datetime import timedelta

from fakes.pages import CONFIG, NOW, made_workspace
from fakes.published import ZONE, item

from veille.model.published import Edition, PublishedMember, PublishedStory, PublishedTag
from veille.store.catalogue import publish

REVIEW = "review: {audit: 0, read_twice: 0, cards: 10}\n"
TEXT = (
    "La Coopérative des Érables a tenu son assemblée à Sherbrooke. Les membres ont adopté de "
    "nouveaux règlements, et le conseil d’administration compte deux sièges de plus.\n\n"
    "« Nous décidons ensemble », a dit la présidente."
)
EVIDENCE = json.dumps([
    {"kind": "concept", "words": "règlements", "label": "règlements", "contribution": 1.2,
     "part": "text", "start": TEXT.index("règlements"), "end": 0, "count": 1, "notes": {}},
])  # fmt: skip


def morning(folder, *items, config=REVIEW, stories=(), tags=(), at=NOW, base=CONFIG):
    """Return a workspace with these items published; plain ones are relevant and doubtful."""
    workspace = made_workspace(folder, base % 9 + config)
    put_out(workspace, *items, stories=stories, tags=tags, at=at)
    return workspace


def put_out(workspace, *items, stories=(), tags=(), at=NOW):
    """Publish these items, in a snapshot of their own."""
    publish(
        Edition(items, tags, stories, model_version="essai-1", published_at=at),
        workspace.catalogue, zone=ZONE, keep=8,
    )  # fmt: skip


def piece(n, **given):
    """Return the n-th item, the machine less sure of it than of the next."""
    given.setdefault("title", f"Article {n:02}")
    at = given.pop("at", NOW - timedelta(hours=n + 1))
    relevance = given.pop("relevance", min(0.99, 0.5 + n / 100))
    return item(f"i{n:02}", given.pop("text", TEXT), at=at, published_at=at, relevance=relevance,
                doubtful=given.pop("doubtful", True), date_origin="feed", **given)  # fmt: skip


def governed(n, region="QC-05"):
    """Return the tags by which the n-th item is about governance, and about a region."""
    return [
        PublishedTag(f"i{n:02}", "domain", "governance", 0.7, evidence=EVIDENCE),
        PublishedTag(f"i{n:02}", "region", region, 0.8),
    ]


def story(story_id, *ids):
    """Return a story of these items, the first its original."""
    members = [PublishedMember(one, "copy" if n else "original", 0.9 if n else 0.0)
               for n, one in enumerate(ids)]  # fmt: skip
    return PublishedStory(story_id, tuple(members))


def cards(text):
    """Return the ids of the cards on a page, in order, and of the strips after a decision."""
    import re

    return re.findall(r'<li class="case[^"]*" id="card-([^"]+)"', text)


def seen(text, item_id):
    """Return what a card's form sends of its items."""
    import re

    card = text[text.index(f'id="card-{item_id}"') :]
    return re.findall(r'name="seen" value="([^"]+)"', card.split("</form>\n</article>")[0])
