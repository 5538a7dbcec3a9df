"""Take: what people decided on the desk, taken in as facts; the links that they sent in, too.

The desk is the truth, the working store keeps a copy of what it read. So a run's steps and the
catalogue hold to what people decided, and need not ask the desk for it.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from veille.errors import FailureKind
from veille.model.decisions import Decision, StoryRuling
from veille.model.story import Ruling
from veille.pipeline import Run
from veille.steps.links import take_links
from veille.store.watch.decisions import Taken

DESK = "desk.sqlite"


def take(run: Run) -> None:
    """Take in what is new on the desk; what was taken in before adds nothing.

    A desk that is not the one of the last time (restored from a backup, made anew) is told with
    the run's failures, and taken in whole in place of the other: what only that one held no longer
    counts, but its rows stay. So is a desk that is gone: what was taken in holds meanwhile.
    """
    desk, taken = run.desk, run.store.decisions.taken()
    if desk is None:
        if taken.decision or taken.ruling:
            run.failure(DESK, FailureKind.NO_DESK)
        return
    decisions = desk.decisions.since(max(0, taken.decision - 1))
    rulings = desk.rulings.since(max(0, taken.ruling - 1))
    if _follows(decisions, rulings, taken):
        told = _in_turn(run, [one for one in rulings if one.number > taken.ruling])
        decisions = [one for one in decisions if one.number > taken.decision]
    else:
        run.failure(DESK, FailureKind.OTHER_DESK, str(run.store.decisions.count()))
        decisions, rulings = desk.decisions.since(), desk.rulings.since()
        told = _to_agree(run, rulings)
        taken = Taken(taken.generation + 1)
    back = [one for item in run.store.decisions.let_back_in() for one in desk.decisions.of(item)]
    taken = _further(taken, decisions, rulings)
    run.expect(len(decisions) + len(told))
    run.tally.done = len(decisions) + len(told)
    run.tally.new = run.store.decisions.take(
        [*back, *decisions], told, taken, run.run_id, run.clock.now()
    ) + len(told)
    run.tally.new += take_links(run, desk)


def _follows(decisions: list[Decision], rulings: list[StoryRuling], taken: Taken) -> bool:
    """Tell whether the desk holds what was last read of it, under the same numbers."""
    for number, act, read in (
        (taken.decision, taken.decision_act, decisions),
        (taken.ruling, taken.ruling_act, rulings),
    ):
        if number and not (read and (read[0].number, read[0].act) == (number, act)):
            return False
    return True


def _further(taken: Taken, decisions: list[Decision], rulings: list[StoryRuling]) -> Taken:
    taken = replace(taken, generation=max(1, taken.generation))
    if decisions:
        taken = replace(taken, decision=decisions[-1].number, decision_act=decisions[-1].act)
    if rulings:
        taken = replace(taken, ruling=rulings[-1].number, ruling_act=rulings[-1].act)
    return taken


def _to_agree(run: Run, rulings: list[StoryRuling]) -> list[Ruling]:
    """Return what is to be ruled now for stories to follow this desk alone, in its order."""
    wanted = sorted({(one.one, one.other): one for one in rulings}.values(), key=_number)
    held = {one.ends: one.together for one in run.store.stories.rulings()}
    pairs = {(one.one, one.other) for one in wanted}
    now = run.clock.now()
    back = [StoryRuling(0, "", *pair, None, "", now) for pair in held if pair not in pairs]
    agree = [one.together == held.get((one.one, one.other)) for one in wanted]
    apart = wanted[agree.index(False) :] if False in agree else []
    return _in_turn(run, [*back, *(replace(one, at=now) for one in apart)])


def _in_turn(run: Run, rulings: list[StoryRuling]) -> list[Ruling]:
    """Return rulings as the working store has them, each gesture dated after those before it.

    Of two that contradict each other the newest counts there, whatever clock dated them.
    """
    last, told = run.store.stories.last_ruled(), list[Ruling]()
    for _act, gesture in groupby(rulings, key=lambda one: one.act):
        of_one = list(gesture)
        at = of_one[0].at
        last = at if last is None else max(at, last + timedelta(microseconds=1))
        told += [Ruling(one.one, one.other, one.together, last, one.number) for one in of_one]
    return told


def _number(one: StoryRuling) -> int:
    return one.number
