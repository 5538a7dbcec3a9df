"""The dashboard over a year of a watch: its figures, its drawings, its ways to the search."""

import re

import pytest
from fakes.board import year
from fakes.pages import NOW, made_workspace, served, signed_in

from veille.staff.accounts import Role


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    workspace = made_workspace(tmp_path_factory.mktemp("board") / "w")
    year(workspace, NOW)
    with served(workspace) as site:
        yield signed_in(site, Role.READER)


def test_it_says_what_comes_from_where_and_what_rises(reader):
    told = reader.get("/dashboard?weeks=26").text
    tiles = re.findall(r'class="tile shade-(\d)"', told)
    assert len(tiles) == 17
    assert "5" in tiles
    assert "Montérégie</strong>" in told  # the year has nothing about it
    assert "jamais" in told
    assert "obligations communautaires" in told
    assert 'aria-current="page">26 semaines' in told
    assert "articles décidés" in told


def test_every_drawing_has_its_table(reader):
    told = reader.get("/dashboard").text
    tables = re.findall(r"<table.*?</table>", told, re.DOTALL)
    counted = [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', tables[0])]
    assert sum(counted) == sum(int(n) for n in re.findall(r'<text class="count".*?>(\d+)<', told))
    assert len(re.findall(r'<th scope="row">\d+', tables[2])) == 26


def test_a_tile_leads_to_its_articles(reader):
    told = reader.get("/dashboard?weeks=8").text
    assert re.search(r'<a href="/search\?region=QC-06&amp;since=[\d-]+&amp;until=2026-11-21"', told)


def test_odd_periods_are_the_usual_one_and_english_is_english(reader):
    assert 'aria-current="page">26 semaines' in reader.get("/dashboard?weeks=7").text
    assert reader.get("/dashboard?weeks=many").status in {400, 422}
    assert "Blind spots" in reader.get("/dashboard?lang=en").text


def test_without_a_catalogue_it_says_what_to_do(tmp_path):
    with served(made_workspace(tmp_path / "w")) as site:
        answer = signed_in(site, Role.READER).get("/dashboard")
    assert answer.status >= 400
    assert "veille" in answer.text
