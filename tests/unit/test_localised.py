"""What the command line says of a wrong use, in French."""

from datetime import datetime
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from veille.cli.localised import Command, Group

app = typer.Typer(cls=Group)


@app.command(cls=Command)
def one(
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 20,
    share: float = 0.5,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
) -> None:
    pass


@app.command(cls=Command)
def two() -> None:
    pass


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("one --limit 0", "La valeur de « --limit » ne convient pas : il faut au moins 1."),
        ("one --limit 1001", "il faut au plus 1000."),
        ("one --limit x", "il faut un nombre entier."),
        ("one --share x", "il faut un nombre."),
        ("one --since hier", "il faut un jour, écrit ainsi : 2026-11-21."),
        ("one de trop", "Des mots de trop : de trop."),
        ("three", "« three »"),
    ],
)
def test_a_wrong_use_is_told_without_the_library_s_own_words(arguments, words):
    done = CliRunner().invoke(app, arguments.split(), env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert words in done.output.replace("\xa0", " ")
    assert "Input" not in done.output
