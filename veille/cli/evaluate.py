"""`veille evaluate`: judgements against what people said."""

import time
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.options import JsonOption, WorkspaceOption
from veille.i18n import _, _n


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(
            help=_("JSON Lines with relevant, domains and regions as people gave them.")
        ),
    ],
    json: JsonOption = False,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.classify.documents import Document, read_documents
    from veille.classify.evaluate import Evaluation
    from veille.cli.judging import documents_only, evaluation_table, judge_of, lines_of
    from veille.cli.speech import err, out, print_json
    from veille.errors import UsageError

    bad = untagged = 0
    with lines_of(file) as lines:
        judge = judge_of(workspace)
        judge.judge(Document("", _("Relevance"), _("Relevance")))  # loads what the first one loads
        account = Evaluation(judge.lexicon.domains)
        for document, truth in documents_only(read_documents(lines)):
            if document is None or truth is None:
                bad, untagged = bad + (document is None), untagged + (document is not None)
                continue
            start = time.process_time()
            judgement = judge.judge(document)
            account.add(judgement, truth, time.process_time() - start, document.lang)
    if untagged:
        told = _n(
            "{n} line says nothing of « relevant »: left out.",
            "{n} lines say nothing of « relevant »: left out.",
            untagged,
        )
        err.print(told.format(n=untagged))
    if json:
        print_json(account.told())
    elif not account.n:
        raise UsageError(_("{path}: no document to compare.").format(path=file))
    else:
        out.print(evaluation_table(account))
    raise typer.Exit(1 if bad else 0)


evaluate.__doc__ = _(
    "Compare judgements with people’s: precision, recall and F1 for each tag, calibration, "
    "milliseconds an item.\n\n"
    "Exit codes: 0 every line was judged; 1 some lines were no document; 2 wrong use or settings."
)
