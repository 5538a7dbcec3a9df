"""What `veille backup` and `veille restore` say."""

from collections.abc import Mapping

from veille.backups import BackedUp
from veille.cli.speech import err, out
from veille.i18n import _, _n
from veille.keeping import parts
from veille.restore import TakenBack


def tell_backup(made: BackedUp) -> None:
    """Say what is in a backup, and what is not."""
    manifest = made.manifest
    articles = sum(one.rows.get("articles", 0) for one in manifest.stores.values())
    told = _n(
        "Made and verified: {folder} ({size} MB, {n} version of an article).",
        "Made and verified: {folder} ({size} MB, {n} versions of articles).",
        articles,
    )
    size = max(1, round(manifest.size / 1e6))
    out.print(told.format(folder=made.folder, size=size, n=articles), soft_wrap=True)
    if manifest.people == "sealed":
        store = manifest.stores.get(parts.SUBSCRIBERS)
        readers = store.rows.get("subscribers", 0) if store else 0
        told = _n("People: sealed ({n} subscriber).", "People: sealed ({n} subscribers).", readers)
        out.print(told.format(n=readers))
    elif manifest.people == "left_out":
        err.print(_("Subscribers, accounts, decisions and secrets are NOT in it."), style="red")
    if n := len(made.taken_away):
        out.print(_n("{n} older one taken away.", "{n} older ones taken away.", n).format(n=n))


def tell_restore(done: TakenBack) -> None:
    """Say what came back, what did not, and what is for a person to look at."""
    made = done.manifest.at.astimezone()
    told = _("Restored in {root}: the backup of {made}.")
    out.print(told.format(root=done.root, made=f"{made:%Y-%m-%d %H:%M %Z}"), soft_wrap=True)
    if done.aside:
        told = _("What was there is in {aside}; delete it once all is well.")
        out.print(told.format(aside=done.aside), soft_wrap=True)
    if done.lake:
        told = _(
            "The working store is in {lake}, and was left as it is; the backup’s is in "
            "var/watch.duckdb. To go back to that one, see docs/scaling.md."
        )
        out.print(told.format(lake=done.lake), soft_wrap=True, highlight=False)
    if done.erased:
        told = _n(
            "{n} person erased since was erased again.",
            "{n} people erased since were erased again.",
            done.erased,
        )
        out.print(told.format(n=done.erased))
    if not done.people:
        err.print(_("Subscribers, accounts, decisions and secrets were NOT restored."), style="red")
    elif done.unknown:
        told = _n(
            "{n} message may have left since: « veille digest settle » decides.",
            "{n} messages may have left since: « veille digest settle » decides.",
            done.unknown,
        )
        out.print(told.format(n=done.unknown))
    out.print(
        _("Next: « veille check », « veille publish »; items withdrawn since are to be again.")
    )


def tell_tidied(gone: Mapping[str, int], *, dry_run: bool) -> None:
    """Say what went, or would go."""
    names = {
        "articles": _("texts of older versions of articles"),
        "entries": _("texts of older announcements"),
        "judgements": _("older judgements"),
        "tags": _("tags of those judgements"),
        "polls": _("answers of sources"),
        "robots_checks": _("requests for a robots.txt"),
        "robots_texts": _("texts of robots.txt that nothing refers to"),
        "run_ends": _("reports of runs"),
        "people": _("people and unconfirmed sign-ups"),
        "messages": _("messages of old issues"),
        "set_aside": _("folders that a restore set aside"),
    }
    told = [f"  {n} {names[name]}" for name, n in gone.items() if name in names]
    heading = _("This would go:") if dry_run else _("This went:")
    out.print("\n".join([heading, *told]) if told else _("Nothing is too old."))
