"""Items withdrawn at their source's request, in the working store."""

import pytest
from fakes.telling import take_in
from fakes.watched import DAY, NOW, PACE, announced, poll, source

from veille.model import FailureReport, RunReport
from veille.steps.group import regrouped, tell_without_erased
from veille.stories import SCHEME, signed

TEXT = """\
La coopérative de solidarité Boréal achète à {place} un immeuble de douze logements, pour 3,4 M$, \
avec l’aide du Fonds de solidarité et de la Caisse d’économie Desjardins. Les locataires, réunis \
depuis 2019 en association, en deviennent membres; ils éliront sept personnes le 4 décembre. \
« C’est la première fois qu’un tel montage se fait ici sans subvention », dit Jeanne Tremblay, qui \
préside le comité. Le bail court sur 99 ans; le loyer moyen restera de 712 $ par mois."""
NAMES = ("zorglub", "b", "c")


@pytest.fixture
def told(watch):
    """The ids of three items that tell the same; the first one names what no other does."""
    watch.remember_sources([source(name) for name in NAMES], NOW)
    items = [
        take_in(
            watch, name, f"Boréal achète {name}", TEXT.format(place=name), by=name, at=NOW + n * DAY
        )
        for n, name in enumerate(NAMES)
    ]
    articles = watch.stories.to_sign(watch.stories.lacking(SCHEME))
    ours = [signed(one, "fr") for one in articles]
    watch.stories.save(regrouped(watch.stories, ours, (), "run", NOW))
    [(story, _aliases)] = watch.stories.told()
    assert {member.item_id for member in story.members} == set(items)
    return items


def tables_with(watch, word):
    tables = watch.db.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND NOT internal AND NOT temporary"
    )
    names = {row["table_name"] for row in tables}
    return {name for name in names if word in repr(watch.db.rows(f"FROM {name}"))}


@pytest.mark.every_home
def test_of_a_withdrawn_item_its_id_is_kept_alone(watch, told):
    first = told[0]
    report = RunReport(
        "run", "nightly", "partial", NOW, NOW,
        failures=(FailureReport("read", "timeout", "https://example.org/zorglub", ""),),
    )  # fmt: skip
    watch.start_run(report)
    watch.finish_run(report)
    before = tables_with(watch, first)
    assert {"entries", "articles", "attempts", "stories", "story_links"} <= before
    assert set(watch.withdrawals.rows_of(first)) == before - {"stories"}
    for at in (NOW, NOW + DAY):  # again, it changes nothing
        watch.withdrawals.withdraw(first, "Lettre du 20 novembre", at)
        tell_without_erased(watch, "run", at)
        watch.withdrawals.forget_memberships()
    assert watch.withdrawals.of(first).decided_at == NOW
    assert watch.withdrawals.rows_of(first) == {}
    declared = {"source_declarations", "source_current", "polls"}  # « zorglub » is a source, too
    assert tables_with(watch, "zorglub") <= declared
    assert tables_with(watch, first) - {"run_ends"} == {"withdrawals", "stories"}
    assert watch.last_runs(1)[0].failures[0].subject == first


def test_its_story_is_told_again_without_it_under_a_new_id_that_the_old_one_leads_to(watch, told):
    [(old, _aliases)] = watch.stories.told()
    assert old.anchor == told[0]
    watch.withdrawals.withdraw(told[0], "", NOW)
    assert watch.withdrawals.bereft() == sorted(told[1:])
    assert tell_without_erased(watch, "run", NOW) == 2
    watch.withdrawals.forget_memberships()
    [(story, aliases)] = watch.stories.told()
    assert {member.item_id for member in story.members} == set(told[1:])
    assert aliases == (old.story_id,)
    assert tell_without_erased(watch, "run", NOW) == 0
    for item in told[1:]:
        watch.withdrawals.withdraw(item, "", NOW)
    tell_without_erased(watch, "run", NOW)
    watch.withdrawals.forget_memberships()
    assert (list(watch.stories.told()), watch.stories.count()) == ([], 0)
    assert watch.withdrawals.bereft() == []


def test_no_poll_brings_it_back_until_it_is_let_in_again(watch, told):
    watch.withdrawals.withdraw(told[0], "", NOW)
    changed = announced("zorglub", title="Autre titre")

    def brought(at):
        return watch.save_polls([poll("c", changed, announced("new"), at=at)], PACE)["c"]

    assert brought(NOW + 9 * DAY) == 1
    assert watch.withdrawals.rows_of(told[0]) == {}
    assert told[0] not in {one.item_id for one in watch.lacking_articles(NOW + 99 * DAY, backlog=9)}
    watch.withdrawals.restore(told[0], "", NOW + 9 * DAY)
    watch.withdrawals.restore(told[0], "", NOW + 9 * DAY)
    assert watch.withdrawals.of(told[0]) is None
    assert brought(NOW + 10 * DAY) == 1
    assert watch.withdrawals.rows_of(told[0]) == {"entries": 1}


@pytest.mark.every_home
def test_items_are_found_by_the_start_of_their_id_and_addresses_by_likeness(watch, told):
    known = watch.withdrawals.known
    assert [one.url for one in known(told[0][:12], limit=2)] == ["https://example.org/zorglub"]
    assert len(known("", limit=2)) == 2
    assert known("zz", limit=2) == []
    assert watch.withdrawals.nearest("https://example.org/zorgloub/", limit=1) == [
        "https://example.org/zorglub"
    ]
    watch.withdrawals.withdraw(told[0], "", NOW)
    assert [(one.url, one.title) for one in known(told[0], limit=2)] == [("", "")]
