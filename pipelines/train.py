"""Train: learn from what people decided; what is better beyond noise judges from then on."""

from veille import Run, take, train


def pipeline(run: Run) -> None:
    run.do(take)  # the desk -> facts: what people decided
    run.do(train)  # examples + reviews -> a model, weighed on reviews that it has not seen
