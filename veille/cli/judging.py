"""What the judging verbs share: opening, lines in, progress, the table of an evaluation."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rich.table import Table

from veille.cli.progress import stage_titles
from veille.cli.speech import err
from veille.errors import UsageError
from veille.faults import unreadable
from veille.i18n import _, _n
from veille.wording import explain_line

if TYPE_CHECKING:
    from veille.classify.documents import BadLine, Document, Truth
    from veille.classify.evaluate import Evaluation
    from veille.classify.judge import Judge
    from veille.classify.training import Tell


def judge_of(workspace: Path | None) -> "Judge":
    """Open a workspace's judge, telling of the fitting if there has to be one.

    One document's matrices are too small to share between cores: threads would only wait for each
    other, so the linear algebra gets one.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from veille.classify.opening import open_judge
    from veille.workspace import open_workspace

    opened = open_workspace(workspace)
    with progress() as tell:
        return open_judge(opened.root / "models", opened.var, tell)


@contextmanager
def lines_of(file: Path) -> Iterator[BinaryIO]:
    """Open a file for its lines; `-` is what is piped in."""
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = file.open("rb")
    except OSError as error:
        raise UsageError(unreadable(file, error)) from None
    with opened:
        yield opened


def documents_only(
    lines: Iterable["tuple[Document, Truth | None] | BadLine"],
) -> Iterator["tuple[Document, Truth | None] | tuple[None, None]"]:
    """Yield each line's document; tell of the bad lines on stderr, and yield nothing for them."""
    for line in lines:
        if isinstance(line, tuple):
            yield line
        else:
            told = _("Line {number}: {problem}; skipped.")
            problem = explain_line(line.problem)
            err.print(told.format(number=line.number, problem=problem), markup=False)
            yield None, None


@contextmanager
def progress() -> Iterator["Tell"]:
    """Tell of a model being fitted, on stderr, in one line that grows."""
    names = stage_titles()
    last: list[str] = []

    def tell(stage: str, done: int, total: int) -> None:
        share = 10 * done // max(1, total)
        line = f"{names.get(stage, stage)} {10 * share} %"
        if line not in last:
            last.append(line)
            err.print(line)

    yield tell


def evaluation_table(account: "Evaluation") -> Table:
    """Return an evaluation as people read it."""
    from veille.classify.explain import domain_name
    from veille.cli.tables import decimal

    told = account.told()
    title = _n(
        "{n} document, {ms} ms each, by {version}",
        "{n} documents, {ms} ms each, by {version}",
        told["n"],
    )
    table = Table(
        title=title.format(
            n=told["n"], ms=decimal(told["ms_per_item"], 1), version=told["model_version"]
        )
    )
    for name in ("", _("precision"), _("recall"), "F1", _("documents")):
        table.add_column(name, justify="left" if not name else "right")
    rows = [(_("Relevance"), told["relevance"])]
    rows += [(domain_name(one), told["domains"][one]) for one in account.domains]
    regions = told["regions"]
    rows.append((_("Regions"), {**regions, "f1": regions["micro_f1"]}))
    for name, row in rows:
        figures = (decimal(row[key]) for key in ("precision", "recall", "f1"))
        table.add_row(name, *figures, str(row["support"]))
    table.add_row(_("Domains, mean"), "", "", decimal(told["domains"]["macro_f1"]), "")
    table.caption = _("calibration error {ece}; {share} % sent to people").format(
        ece=decimal(told["ece"], 3), share=round(100 * told["doubtful"])
    )
    return table
