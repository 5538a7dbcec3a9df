"""Train: learn from what people decided, and let what is better beyond noise judge from then on."""

from veille.learning.comparing import Verdict
from veille.learning.labelled import Review, reviews
from veille.learning.training import train as learn
from veille.pipeline import Run
from veille.store.catalogue import TEAM, Catalogue


def train(run: Run) -> None:
    """Refit on the workspace's examples and the reviews; see `learning.training`.

    Counts the reviews as done, a model promoted as one new thing. What came of it is told in
    `var/models/training.txt`. Articles are judged anew by the next night.
    """
    found = _reviews(run)
    run.expect(len(found))
    account = learn(run.models, run.models.parent / "var", found, run.clock.now(), run.prepare)
    run.tally.done = len(found)
    run.tally.new = int(account.verdict is Verdict.PROMOTED)


def _reviews(run: Run) -> list[Review]:
    decided = run.desk.decisions.all_current() if run.desk else {}
    if not decided:
        return []
    with Catalogue(run.catalogue, TEAM) as catalogue:
        return list(reviews(decided, catalogue))
