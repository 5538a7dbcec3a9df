"""The transport against a mail server that misbehaves: each failure has its name."""

import socket

import pytest
from fakes.letters import mail, outgoing
from fakes.postoffice import post_office

from veille.deliver.smtp import Server, SmtpTransport
from veille.errors import FailureKind
from veille.model.deliveries import Answer, Outcome


@pytest.fixture
def office():
    with post_office() as (office, port):
        yield office, port


def transport(port, **options):
    given = {"security": "none", "timeout": 5.0, **options}
    return SmtpTransport(Server("127.0.0.1", port, "exemple.org", **given))


def sent(port, address, **options) -> tuple[Answer, list[str]]:
    began = []
    made = transport(port, **options)
    try:
        return made.deliver(outgoing(address=address), lambda: began.append(address)), began
    finally:
        made.close()


@pytest.mark.parametrize(
    ("who", "expected", "began"),
    [
        ("lise", Answer(Outcome.ACCEPTED, 250, "2.0.0", "2.0.0 taken"), True),
        (
            "gone",
            Answer(Outcome.REFUSED, 550, "5.1.1", "5.1.1 <[courriel]>: no such mailbox"),
            False,
        ),
        ("policy", Answer(Outcome.REFUSED, 554, "5.7.1", "5.7.1 we do not like you"), False),
        ("full", Answer(Outcome.DEFERRED, 452, "4.2.2", "4.2.2 mailbox full"), False),
        ("grey", Answer(Outcome.DEFERRED, 451, "4.7.1", "4.7.1 greylisted, come again"), False),
        ("late", Answer(Outcome.DEFERRED, 451, "4.3.0", "4.3.0 try later"), True),
        ("closing", Answer(Outcome.DEFERRED, 421, "4.3.2", "4.3.2 closing"), False),
        ("midway", Answer(Outcome.UNKNOWN, 0, "", "broken"), True),
        ("lost", Answer(Outcome.UNKNOWN, 0, "", "broken"), True),
    ],
)
def test_outcomes(office, who, expected, began):
    answer, started = sent(office[1], f"{who}@exemple.org")
    assert answer == expected
    assert bool(started) == began


def test_what_breaks_off_before_its_end_is_not_delivered(office):
    made = transport(office[1])
    message = outgoing(mail(html=("y" * 70 + "\n") * 120_000), address="midway@exemple.org")
    answer = made.deliver(message, lambda: None)
    assert answer == Answer(Outcome.DEFERRED, words="broken")


def test_only_mailboxes_at_fault_are_held_against_them():
    assert Answer(Outcome.REFUSED, 550, "5.1.1").mailbox_at_fault
    assert Answer(Outcome.REFUSED, 550).mailbox_at_fault
    assert not Answer(Outcome.REFUSED, 550, "5.7.1").mailbox_at_fault
    assert not Answer(Outcome.DEFERRED, 450, "4.2.1").mailbox_at_fault


def test_a_refusal_of_us_is_nobody_elses(office):
    office[0].mail_answer = "550 5.7.1 who are you"
    answer, began = sent(office[1], "lise@exemple.org")
    assert answer == Answer(Outcome.UNREACHED, 550, "5.7.1", "5.7.1 who are you")
    assert not began


def test_messages_arrive_as_they_were_written(office):
    message = outgoing(mail(text=".\n..\nFrom\n" + "x" * 5_000, html="<p>.</p>\n.\n"))
    made = transport(office[1])
    assert made.deliver(message, lambda: None).outcome is Outcome.ACCEPTED
    made.close()
    [(_address, data)] = office[0].taken
    assert data == message.data


def test_addresses_beyond_ascii(office):
    assert sent(office[1], "éloïse@exemple.org")[0].outcome is Outcome.ACCEPTED
    with post_office(enable_SMTPUTF8=False) as (_, port):
        answer, began = sent(port, "éloïse@exemple.org")
        assert answer == Answer(Outcome.REFUSED, 0, "5.6.7")
        assert not began
        assert sent(port, "lise@économie.exemple")[0].outcome is Outcome.ACCEPTED


def test_what_keeps_a_message_here_leaves_nothing_there(office):
    def full_disk():
        raise OSError(28, "No space left on device")

    made = transport(office[1])
    with pytest.raises(OSError, match="No space"):
        made.deliver(outgoing(), full_disk)
    assert made.deliver(outgoing(address="anne@exemple.org"), lambda: None).outcome == "accepted"
    made.close()
    assert [address for address, _data in office[0].taken] == ["anne@exemple.org"]


def test_connections_are_kept_and_renewed(office):
    made = transport(office[1], per_connection=3)
    for number in range(7):
        answer = made.deliver(outgoing(address=f"lise{number}@exemple.org"), lambda: None)
        assert answer.outcome is Outcome.ACCEPTED
    made.close()
    assert office[0].sessions == 3


def test_a_connection_that_the_server_ended_is_made_anew(office):
    made = transport(office[1])
    for who in ("lise", "closing", "anne", "lost", "marc"):
        made.deliver(outgoing(address=f"{who}@exemple.org"), lambda: None)
    made.close()
    assert [a.partition("@")[0] for a, _ in office[0].taken] == ["lise", "anne", "lost", "marc"]


def test_after_an_answer_that_makes_no_sense_the_talk_begins_anew(office):
    """Else each message was told the answer to the one before."""
    made = transport(office[1])
    garbled = made.deliver(outgoing(address="garbled@exemple.org"), lambda: None)
    gone = made.deliver(outgoing(address="gone@exemple.org"), lambda: None)
    made.close()
    assert (garbled.outcome, gone.outcome) == (Outcome.UNKNOWN, Outcome.REFUSED)
    assert office[0].sessions == 2


def test_a_slow_answer_leaves_it_unknown():
    with post_office() as (office, port):
        office.seconds = 1.2
        answer, began = sent(port, "lise@exemple.org", timeout=0.2)
        assert answer.outcome is Outcome.UNKNOWN
        assert began


def test_servers_that_cannot_be_reached():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        answer, _ = sent(port, "lise@exemple.org")
        assert answer == Answer(Outcome.UNREACHED, words=FailureKind.REFUSED_CONNECTION)
        unused.listen()
        answer, _ = sent(port, "lise@exemple.org", timeout=0.2)  # never says a word
        assert answer == Answer(Outcome.UNREACHED, words=FailureKind.TIMEOUT)


def test_without_the_privacy_asked_for_nothing_goes(office):
    answer, began = sent(office[1], "lise@exemple.org", security="starttls")
    assert answer == Answer(Outcome.UNREACHED, words=FailureKind.TLS)
    answer, began = sent(office[1], "lise@exemple.org", user="moi", password="secret")
    assert answer == Answer(Outcome.UNREACHED, words=FailureKind.TLS)
    assert not began
    assert not office[0].taken
