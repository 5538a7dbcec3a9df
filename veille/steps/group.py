"""Group: tell once what several items tell, by the same text or of the same event."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from veille import stories
from veille.errors import ItemError
from veille.model.story import Grouped, Link, Ruling, Signed
from veille.pipeline import Run
from veille.steps.signing import sign
from veille.store import Stories, Watch
from veille.stories import EVENT_DAYS, SCHEME, Item, find_links, item_of

SAVED_AT_ONCE = 500


def group(run: Run) -> None:
    """Sign the articles that are new, and tell each with what tells the same; the oldest first."""
    store = run.store.stories
    lacking = store.lacking(SCHEME, limit=run.options.limit)
    run.expect(len(lacking))
    for start in range(0, len(lacking), SAVED_AT_ONCE):
        if signed := _signed(run, lacking[start : start + SAVED_AT_ONCE]):
            run.tally.new += store.save(regrouped(store, signed, (), run.run_id, run.clock.now()))
    if rulings := store.unfollowed():
        run.tally.new += store.save(regrouped(store, (), rulings, run.run_id, run.clock.now()))
    tell_without_erased(run.store, run.run_id, run.clock.now())


def tell_without_erased(store: Watch, run_id: str, at: datetime) -> int:
    """Tell again the stories that an item was erased from; return how many items they tell."""
    left = store.withdrawals.bereft()
    if left:
        store.stories.save(regrouped(store.stories, (), (), run_id, at, around=left))
    return len(left)


def regrouped(
    store: Stories,
    signed: Sequence[Signed],
    ruled: Sequence[Ruling],
    run_id: str,
    at: datetime,
    *,
    around: Collection[str] = (),
) -> Grouped:
    """Return what comes of items that were signed tonight, and of what people ruled since.

    They are compared with those kept that may tell the same, then all that is linked to them or to
    what they were linked to before, directly or not, is grouped again.
    So are the items `around` which something went.
    """
    tonight = [item_of(one) for one in signed]
    ours = {item.item_id for item in tonight}
    held = store.links(ours)
    known = _candidates(store, tonight, signed, held)
    held = [link for link in held if set(link.ends) <= known.keys()]
    links = find_links(tonight, known.values(), held)
    broken = {link.ends for link in held} - {link.ends for link in links}
    pairs = [link.ends for link in held] + [ruling.ends for ruling in ruled]
    rulings = store.rulings()
    reached, standing = _reach(store, ours.union(around, *pairs), links, broken, rulings)
    known |= {one.item_id: item_of(one) for one in store.signed(SCHEME, reached - known.keys())}
    items = [known[item_id] for item_id in reached if item_id in known]
    told = stories.group(items, standing, rulings)
    return Grouped(
        run_id=run_id,
        at=at,
        signed=signed,
        links=links,
        broken=sorted(broken),
        stories=told,
        aliases=stories.aliases(told, store.story_of(reached), items),
        rulings=ruled,
    )


def _signed(run: Run, article_ids: Sequence[str]) -> list[Signed]:
    signed = []
    articles = run.store.stories.to_sign(article_ids)
    for article, outcome in run.spread(articles, sign, total=len(articles)):
        if isinstance(outcome, ItemError):
            run.failure(article.item_id, outcome.kind, outcome.detail)
        else:
            signed.append(outcome)
    return signed


def _candidates(
    store: Stories, tonight: Sequence[Item], signed: Sequence[Signed], held: Sequence[Link]
) -> dict[str, Item]:
    """Return, by id, tonight's items and those to compare them with."""
    if not tonight:
        return {}
    apart = [timedelta(days=days) for days in range(-EVENT_DAYS, EVENT_DAYS + 1)]
    sharing = store.sharing(SCHEME, {band for one in signed for band in one.bands})
    found = store.candidates(
        SCHEME,
        stories.worth_comparing(tonight, sharing),
        days={item.told_on + days for item in tonight for days in apart},
    )
    known = {one.item_id: item_of(one) for one in found}
    others = {end for link in held for end in link.ends} - known.keys()
    known |= {
        one.item_id: item_of(one) for one in store.signed(SCHEME, others) if one.scheme == SCHEME
    }
    return known | {item.item_id: item for item in tonight}


def _reach(
    store: Stories,
    start: Collection[str],
    found: Iterable[Link],
    broken: Collection[tuple[str, str]],
    rulings: Iterable[Ruling],
) -> tuple[set[str], list[Link]]:
    """Return what texts or people link to some items, directly or not, and the links."""
    links = {link.ends: link for link in found}
    together = [ruling.ends for ruling in rulings if ruling.together]
    reached: set[str] = set()
    fresh = set(start)
    while fresh:
        reached |= fresh
        kept = (link for link in store.links(fresh) if link.ends not in broken)
        links = {link.ends: link for link in kept} | links
        pairs = (pair for pair in (*links, *together) if not reached.isdisjoint(pair))
        fresh = {end for pair in pairs for end in pair} - reached
    return reached, list(links.values())
