"""Editions: who gets what, once for all who get the same."""

from dataclasses import dataclass

from fakes.issues import candidate, issue

from veille.digest.editions import edition_of, editions


@dataclass(frozen=True)
class Audience:
    domains: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    language: str = "fr"


ISSUE = issue(
    candidate("estrie", regions=("QC-05",)),
    candidate("both", domains=("governance", "leadership"), regions=("QC-06",)),
    candidate("quebec", domains=("leadership",), regions=("CA-QC",)),
    candidate("bretagne", domains=("leadership",), regions=("FR-BRE", "QC-05")),
    candidate("nowhere", domains=("financial_engineering",), regions=()),
)


def told(*domains, regions=()):
    edition = edition_of(ISSUE, domains, regions)
    return {section.id: [piece.item_id for piece in section.pieces] for section in edition.sections}


def test_the_whole_of_it_by_domain_and_region():
    assert told() == {
        "financial_engineering": ["nowhere"],
        "governance": ["estrie", "both"],
        "leadership": ["quebec", "bretagne"],
    }
    groups = edition_of(ISSUE).sections[1].groups
    assert [group.region for group in groups] == ["QC-05", "QC-06"]


def test_a_piece_of_two_domains_is_found_under_the_one_chosen():
    assert told("leadership") == {"leadership": ["both", "quebec", "bretagne"]}
    assert told("leadership", "governance")["governance"] == ["estrie", "both"]


def test_a_region_gets_its_own_its_province_and_what_is_of_no_place():
    regions = {piece for pieces in told(regions=["QC-05"]).values() for piece in pieces}
    assert regions == {"estrie", "quebec", "bretagne", "nowhere"}
    province = {piece for pieces in told(regions=["CA-QC"]).values() for piece in pieces}
    assert province == {"estrie", "both", "quebec", "bretagne", "nowhere"}
    assert told("governance", regions=["FR"]) == {}


def test_equal_editions_are_one_and_empty_ones_none():
    audiences = [
        Audience(("governance",)), Audience(("governance",), ("QC-05", "QC-06")),
        Audience(("governance",), language="en"), Audience(("governance",), ("KR",)),
    ]  # fmt: skip
    made = editions(ISSUE, audiences)
    assert made[audiences[0]] is made[audiences[1]]
    assert made[audiences[0]].key != made[audiences[2]].key
    assert audiences[3] not in made
