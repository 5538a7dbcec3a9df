"""`veille classify`: JSON Lines in, judgements out, one line each."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.options import WorkspaceOption
from veille.i18n import _

FileArgument = Annotated[
    Path, typer.Argument(help=_("A file of JSON Lines, or - for what is piped in."))
]


def classify(
    file: FileArgument = Path("-"),
    workspace: WorkspaceOption = None,
) -> None:
    import json

    from veille.classify.documents import read_documents
    from veille.classify.told import as_json
    from veille.cli.judging import documents_only, judge_of, lines_of

    bad = 0
    with lines_of(file) as lines:
        judge = judge_of(workspace)
        for document, _truth in documents_only(read_documents(lines)):
            if document is None:
                bad += 1
                continue
            told = as_json(document.id, judge.judge(document))
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    raise typer.Exit(1 if bad else 0)


classify.__doc__ = _(
    "Judge documents: one JSON object a line in, with id, title and text (url, lang and "
    "source_region if known); one a line out.\n\n"
    "Exit codes: 0 every line was judged; 1 some lines were no document, told by their number on "
    "stderr and skipped; 2 wrong use or settings."
)
