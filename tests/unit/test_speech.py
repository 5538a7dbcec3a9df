"""What commands show is others' words: nothing in them is an instruction to the terminal."""

import pytest

from veille.cli.speech import out
from veille.cli.tables import table_of

ODD = ["[/x] fin", "[red]rouge[/red]", ":smile:"]


@pytest.mark.parametrize("title", ODD)
def test_brackets_and_colons_in_a_title_are_shown_as_they_are(title):
    table = table_of("id", "titre")
    table.add_row("a", title)
    with out.capture() as shown:
        out.print(table)
        out.print(title)
    assert shown.get().count(title) == 2
