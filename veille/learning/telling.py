"""What an attempt to learn came to, in words."""

from collections.abc import Iterator

from babel.numbers import format_decimal

from veille.classify.explain import domain_name
from veille.i18n import _, language
from veille.learning.account import HELD_OUT, LEARNT, OF_EACH, Account
from veille.learning.comparing import Difference, Verdict


def verdict_words(account: Account) -> str:
    """Say in a sentence what came of it."""
    told = {
        Verdict.TOO_FEW: _(
            "Too few reviews to learn from: {learnt} to learn and {held} held out, where "
            "{least} and {least_held} are needed (of these, {each} relevant and {each} not). "
            "Nothing was changed."
        ),
        Verdict.NOTHING_NEW: _("Nothing new was decided since the last time. Nothing was changed."),
        Verdict.REFUSED: _(
            "The model {new} was taken back by a person: it is not promoted again. It takes other "
            "reviews for another model."
        ),
        Verdict.NOT_BETTER: _("The model {new} is not better beyond noise: {old} stays."),
        Verdict.WORSE_LABEL: _("The model {new} is worse on one of the labels: {old} stays."),
        Verdict.WORSE_APART: _(
            "The model {new} is better only where {old} doubted, and worse elsewhere: {old} stays."
        ),
        Verdict.BELOW_FLOORS: _(
            "The model {new} falls below a floor on our own examples: {old} stays."
        ),
        Verdict.PROMOTED: _(
            "The model {new} is better beyond noise: it takes the place of {old}, which is kept "
            "(« veille train --rollback »)."
        ),
    }[account.verdict]
    return told.format(
        new=account.new,
        old=account.old,
        learnt=account.learnt,
        held=account.held_out,
        least=LEARNT,
        least_held=HELD_OUT,
        each=OF_EACH,
    )


def told(account: Account) -> str:
    """Return the account as a page of text for people."""
    return "\n".join(_lines(account)) + "\n"


def _lines(account: Account) -> Iterator[str]:
    yield verdict_words(account)
    weighing = account.weighing
    if weighing is None:
        return
    yield ""
    yield _("Learnt from {learnt} reviews; weighed on {held} that neither model has seen.").format(
        learnt=account.learnt, held=account.held_out
    )
    yield _("F1 before → after, and the difference with its interval at 95 %:")
    yield _line(_("all labels, mean"), weighing.mean)
    for label, one in weighing.labels.items():
        yield _line(_label(label), one)
    if weighing.apart:
        name = _("not shown for doubt ({n})").format(n=weighing.texts_apart)
        yield _line(name, weighing.apart)
    if account.floors:
        yield ""
        yield _("On our own examples, F1 and its floor:")
        for label, (figure, floor) in account.floors.items():
            words = _("  {name}: {figure} ({floor})")
            yield words.format(name=_label(label), figure=_number(figure), floor=_number(floor))


def _label(label: str) -> str:
    return _("Relevance") if label == "relevant" else domain_name(label)


def _line(name: str, one: Difference) -> str:
    figures = (_number(figure) for figure in (one.old, one.new))
    ends = (_number(end, "+0.000;−0.000") for end in (one.low, one.high))
    told = _("  {name}: {old} → {new} (between {low} and {high})")
    names = ("old", "new", "low", "high")
    return told.format(name=name, **dict(zip(names, (*figures, *ends), strict=True)))


def _number(figure: float, form: str = "0.000") -> str:
    return str(format_decimal(figure, form, locale=language()))
