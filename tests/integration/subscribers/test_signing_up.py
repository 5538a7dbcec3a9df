"""Signing up, confirming, choosing, pausing, leaving: what the public pages stand on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.readers import ADA, DAY, NOW, RULES, TEXT, newcomer, open_readers, subscribed

from veille.errors import AddressError, LinkError, Outdated, UsageError
from veille.subscribers.choices import Choices
from veille.subscribers.consent import Act, Basis
from veille.subscribers.gate import Limits
from veille.subscribers.people import Letter, State

FINANCE = Choices.of(["financial_engineering"], ["QC-06"], "en", "monthly")


def sign_up(readers, address=ADA, now=NOW, **more):
    return readers.sign_up(address, more.pop("choices", FINANCE), TEXT, now=now, **more)


def mailed(readers, at=NOW):
    return [one.address for audience in readers.mailable(at) for one in audience.people]


def test_nobody_is_written_to_before_they_confirm(readers):
    asked = sign_up(readers, name="Ada", origin="203.0.113.7")
    assert (asked.letter, asked.address, asked.language) == (Letter.CONFIRM, ADA, "en")
    assert readers.find(ADA).state is State.PENDING
    assert mailed(readers) == []
    assert readers.awaiting(asked.token, now=NOW).state is State.PENDING  # looking changes nothing
    person = readers.confirm(asked.token, origin="203.0.113.8", now=NOW + DAY)
    assert (person.state, person.choices, person.name) == (State.ACTIVE, FINANCE, "Ada")
    assert mailed(readers, NOW + DAY) == [ADA]


def test_what_was_agreed_to_is_written_down(readers):
    asked = sign_up(readers, origin="203.0.113.7")
    person = readers.confirm(asked.token, origin="203.0.113.8", now=NOW + DAY)
    [line] = readers.ledger(person.subscriber_id)
    assert (line.act, line.basis, line.expires_at) == (Act.GRANTED, Basis.EXPRESS, None)
    assert (line.asked_at, line.given_at) == (NOW, NOW + DAY)
    assert readers.texts([line]) == {line.text_hash: TEXT}
    assert line.asked_origin
    assert line.origin
    assert line.asked_origin != line.origin


def test_no_network_address_is_kept(path, readers):
    subscribed(readers)
    sign_up(readers, "bea@example.org", origin="203.0.113.77")
    dump = "\n".join(readers.db.connection.iterdump())
    assert "203.0.113" not in dump


def test_a_link_confirms_once(readers):
    asked = sign_up(readers)
    once = readers.confirm(asked.token, now=NOW)
    assert readers.confirm(asked.token, now=NOW + DAY) == once
    assert len(readers.ledger(once.subscriber_id)) == 1
    readers.leave(once.subscriber_id, now=NOW + 2 * DAY)
    assert readers.confirm(asked.token, now=NOW + 3 * DAY).state is State.LEFT


def test_a_link_is_too_old_after_sixty_days(readers):
    asked = sign_up(readers)
    for read in (readers.awaiting, readers.confirm):
        with pytest.raises(LinkError):
            read(asked.token, now=NOW + 60 * DAY)
    assert readers.confirm(asked.token, now=NOW + 60 * DAY - timedelta(seconds=1))


def test_leaving_kills_the_links_sent_before(readers):
    person = subscribed(readers)
    readers.leave(person.subscriber_id, now=NOW)
    first = sign_up(readers, now=NOW + DAY)
    readers.leave(person.subscriber_id, now=NOW + 2 * DAY)
    with pytest.raises(LinkError):
        readers.confirm(first.token, now=NOW + 3 * DAY)


def test_signing_up_again_tells_nothing_and_changes_nothing(readers):
    person = subscribed(readers)
    again = sign_up(readers, ADA.upper(), now=NOW + DAY)
    assert again.letter is Letter.KNOWN
    assert readers.whose(again.token) == person
    assert readers.find(ADA) == person


def test_somebody_brought_by_staff_confirms_to_agree_themselves(readers):
    readers.bring([newcomer()], actor="staff", way="add", now=NOW)
    asked = sign_up(readers)
    assert asked.letter is Letter.CONFIRM
    person = readers.confirm(asked.token, now=NOW)
    assert person.choices == FINANCE
    assert [line.basis for line in readers.ledger(person.subscriber_id)] == [
        Basis.MEMBERSHIP,
        Basis.EXPRESS,
    ]


def test_what_is_no_address_is_told_to_who_typed_it(readers):
    with pytest.raises(AddressError):
        sign_up(readers, "ada@")


def test_one_address_is_not_flooded(readers):
    told = [sign_up(readers, now=NOW + timedelta(hours=n)).letter for n in range(5)]
    assert told == [Letter.CONFIRM] * 3 + [None] * 2
    assert sign_up(readers, now=NOW + timedelta(days=1)).letter is Letter.CONFIRM


def test_one_origin_does_not_flood_many(readers):
    def letter(n, origin, now=NOW):
        return sign_up(readers, f"a{n}@example.org", origin=origin, now=now)

    told = [letter(n, f"2001:db8::{n}").letter for n in range(12)]
    assert told == [Letter.CONFIRM] * 10 + [None] * 2
    assert letter(20, "2001:db8::1").limited
    assert letter(21, "2001:db8:0:1::1").letter  # the neighbours
    assert letter(22, "2001:db8::1", NOW + timedelta(hours=1)).letter


def test_many_origins_do_not_flood_the_mail_server(path):
    with open_readers(path, rules=replace(RULES, limits=Limits(overall=5))) as readers:
        told = [
            sign_up(readers, f"a{n}@example.org", origin=f"203.0.113.{n}").letter for n in range(7)
        ]
    assert told.count(Letter.CONFIRM) == 5


def test_attempts_are_forgotten_when_they_count_no_more(readers):
    sign_up(readers, origin="203.0.113.7")
    sign_up(readers, "bea@example.org", now=NOW + 2 * DAY)
    assert len(readers.db.rows("SELECT * FROM attempts")) == 2


def test_the_second_of_two_hands_is_told(readers):
    person = subscribed(readers)
    first = readers.change(person.subscriber_id, FINANCE, seen=person.revision)
    assert first.choices == FINANCE
    with pytest.raises(Outdated):
        readers.change(person.subscriber_id, Choices(), seen=person.revision)
    assert readers.find(ADA).choices == FINANCE
    assert readers.change(person.subscriber_id, Choices(), name="A.").name == "A."


def test_a_pause_ends_at_its_time_or_when_they_say_so(readers):
    person = subscribed(readers)
    readers.pause(person.subscriber_id, until=NOW + 30 * DAY, now=NOW)
    assert mailed(readers, NOW + 29 * DAY) == []
    assert mailed(readers, NOW + 30 * DAY) == [ADA]
    readers.pause(person.subscriber_id, until=None, now=NOW)
    assert mailed(readers, NOW + 999 * DAY) == []
    assert readers.resume(person.subscriber_id, now=NOW).state is State.ACTIVE
    assert mailed(readers) == [ADA]


def test_leaving_is_at_once_and_can_be_said_twice(readers):
    person = subscribed(readers)
    assert readers.leave(person.subscriber_id, now=NOW)
    assert mailed(readers) == []
    assert not readers.is_mailable(person.subscriber_id, NOW)
    assert not readers.leave(person.subscriber_id, now=NOW + DAY)
    assert [line.act for line in readers.ledger(person.subscriber_id)] == [
        Act.GRANTED,
        Act.WITHDRAWN,
    ]


def test_who_left_is_brought_back_by_nothing_but_themselves(readers):
    person = subscribed(readers)
    readers.leave(person.subscriber_id, now=NOW)
    readers.resume(person.subscriber_id, now=NOW)
    readers.pause(person.subscriber_id, until=NOW, now=NOW)
    readers.renew(person.subscriber_id, TEXT, now=NOW)
    readers.change(person.subscriber_id, FINANCE)
    readers.bring([newcomer()], actor="staff", way="import", now=NOW)
    assert mailed(readers, NOW + DAY) == []
    assert sign_up(readers, now=NOW + DAY).letter is Letter.CONFIRM
    assert mailed(readers, NOW + DAY) == []
    assert subscribed(readers, now=NOW + DAY).state is State.ACTIVE
    assert mailed(readers, NOW + DAY) == [ADA]


def test_a_person_s_link_is_the_same_at_each_sending(readers):
    person = subscribed(readers)
    token = readers.link_token(person.subscriber_id)
    readers.leave(person.subscriber_id, now=NOW)
    subscribed(readers, now=NOW + DAY)
    assert readers.link_token(person.subscriber_id) == token
    assert readers.whose(token).address == ADA
    assert "ada" not in token.lower()


def test_nobody_is_found_by_a_link_that_is_not_theirs(readers):
    person = subscribed(readers)
    asked = sign_up(readers, "bea@example.org")
    for token in ("", person.subscriber_id, asked.token, readers.link_token("nobody")):
        with pytest.raises(LinkError):
            readers.whose(token)
    with pytest.raises(UsageError):
        readers.leave("nobody", now=NOW)


def test_those_who_chose_alike_are_together(readers):
    for n, chosen in enumerate(({}, {"language": "en"}, {}, {"frequency": "monthly"})):
        subscribed(readers, f"a{n}@example.org", **chosen)
    found = readers.mailable(NOW)
    assert sorted(len(audience.people) for audience in found) == [1, 1, 2]
    assert len({audience.choices for audience in found}) == 3
    monthly = readers.mailable(NOW, "monthly")
    assert [one.address for audience in monthly for one in audience.people] == ["a3@example.org"]


def test_mail_that_comes_back_sets_an_address_aside_until_they_come_back(readers):
    person = subscribed(readers)
    ident = person.subscriber_id
    assert not readers.record_bounce(ident, "w47", hard=True, detail="5.1.1", now=NOW)
    assert not readers.record_bounce(ident, "w47", hard=True, detail="5.1.1", now=NOW)
    assert readers.record_bounce(ident, "w48", hard=True, detail="5.1.1", now=NOW + 7 * DAY)
    assert readers.find(ADA).state is State.BOUNCED
    assert mailed(readers, NOW + 7 * DAY) == []
    readers.resume(ident, now=NOW + 8 * DAY)
    assert not readers.record_bounce(ident, "w49", hard=True, now=NOW + 9 * DAY)  # afresh
    assert not readers.record_bounce("erased", "w49", hard=True, now=NOW)


def test_a_complaint_is_a_departure(readers):
    person = subscribed(readers)
    assert readers.record_complaint(person.subscriber_id, now=NOW)
    assert not readers.record_complaint(person.subscriber_id, now=NOW)
    assert not readers.record_complaint("erased", now=NOW)
    assert readers.find(ADA).state is State.LEFT
    assert readers.ledger(person.subscriber_id)[-1].actor == "complaint"
