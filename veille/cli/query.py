"""`veille query SQL`: read the published catalogue with SQL."""

from typing import Annotated

import typer

from veille.cli.options import WorkspaceOption
from veille.i18n import _


def query(
    sql: Annotated[str, typer.Argument(help=_("One reading statement."), show_default=False)],
    format_: Annotated[
        str, typer.Option("--format", help=_("table, csv, json or parquet."))
    ] = "table",
    rows: Annotated[int, typer.Option(min=1, help=_("Rows at most."))] = 10_000,
    seconds: Annotated[float, typer.Option(min=1, help=_("Seconds at most."))] = 30.0,
    workspace: WorkspaceOption = None,
) -> None:
    from veille.cli.found import answer_table
    from veille.cli.speech import err, out
    from veille.errors import UsageError
    from veille.store.catalogue import formats, newest
    from veille.store.catalogue.query import Limits
    from veille.store.catalogue.query import query as ask
    from veille.workspace import open_workspace

    if format_ not in formats.FORMATS:
        raise UsageError(
            _("« {found} » is not one of {expected}").format(
                found=format_, expected=", ".join(formats.FORMATS)
            )
        )
    catalogue = newest(open_workspace(workspace).var / "catalogue")
    answer = ask(catalogue, sql, Limits(seconds, rows=rows))
    if format_ == "table":
        out.print(answer_table(answer.table, out.width))
        if not answer.table.num_rows:
            err.print(_("No rows."))
    else:
        write = {"csv": formats.as_csv, "json": formats.as_json, "parquet": formats.as_parquet}
        typer.get_binary_stream("stdout").write(write[format_](answer.table))
    if answer.more:
        err.print(_("There are more rows than the {rows} shown (--rows).").format(rows=rows))


query.__doc__ = _(
    "Read the published catalogue with SQL: the team’s edition if you may, else the open one.\n\n"
    "Exit codes: 0 done; 1 no catalogue; 2 a statement that is wrong, writes, or takes too much."
)
