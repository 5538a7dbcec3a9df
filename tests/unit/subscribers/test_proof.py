"""What people are shown where they agree, and the proof that is shown of it."""

import pytest
from fakes.readers import NOW, TEXT, ZONE

from veille import i18n
from veille.config import Settings
from veille.errors import UsageError
from veille.subscribers.choices import Choices
from veille.subscribers.consent import Act, Basis, Consent
from veille.subscribers.people import State, Subscriber
from veille.subscribers.proof import Proof
from veille.subscriptions import rules_of, words_of_consent
from veille.workspace import Workspace

ORGANISATION = {
    "organisation": "Réseau d’essai",
    "postal_address": "1, rue de l’Exemple, Québec",
    "contact": "info@example.org",
}


def plain(words):
    return words.replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_words_say_who_asks_what_for_and_how_to_withdraw(tmp_path, language):
    workspace = Workspace(tmp_path, Settings(veille={"name": "Le Relais"}, deliver=ORGANISATION))
    text = words_of_consent(workspace, language)
    for known in (*ORGANISATION.values(), "Le Relais"):
        assert known in text.words
    for promise in {"fr": ("retirer", "en tout temps"), "en": ("withdraw", "at any time")}[
        language
    ]:
        assert promise in plain(text.words)
    assert text.language == language
    assert i18n.language() == "fr"


@pytest.mark.parametrize("missing", ORGANISATION)
def test_nobody_is_asked_before_it_is_said_who_asks(tmp_path, missing):
    workspace = Workspace(tmp_path, Settings(deliver={**ORGANISATION, missing: ""}))
    with pytest.raises(UsageError, match=missing):
        words_of_consent(workspace, "fr")


def test_periods_may_be_stricter_than_the_law_never_looser():
    assert Settings(subscribers={"inquiry_months": 3}).subscribers.inquiry_months == 3
    for looser in ({"inquiry_months": 7}, {"relationship_months": 25}, {"link_days": 61}):
        with pytest.raises(ValueError, match="less than or equal"):
            Settings(subscribers=looser)


def test_the_settings_are_the_rules(tmp_path):
    settings = Settings(
        subscribers={"inquiry_months": 3, "left_months": 12, "per_origin": 7, "link_days": 9},
        deliver={"bounces": {"hard": 4}},
    )
    rules = rules_of(Workspace(tmp_path, settings))
    assert rules.zone == ZONE
    assert (rules.periods.inquiry, rules.retention.left_months) == (3, 12)
    assert (rules.limits.per_origin, rules.link_days, rules.bounces.hard) == (7, 9, 4)


def test_a_proof_tells_each_line_in_words_and_to_machines():
    person = Subscriber("id", "ada@example.org", "", Choices(), State.LEFT, NOW, NOW)
    ledger = [
        Consent(
            *(1, "id", Act.GRANTED, Basis.EXPRESS, NOW, NOW, "person"),
            way="confirmation", text_hash="ab" * 32, asked_at=NOW, asked_origin="cd" * 32,
        ),
        Consent(2, "id", Act.WITHDRAWN, None, NOW, NOW, "person", way="link"),
    ]  # fmt: skip
    proof = Proof(person, ledger, {"ab" * 32: TEXT}, NOW)
    told = proof.told()
    assert (told["may_be_mailed"], told["standing"]) == (False, [])
    words = plain(proof.words(ZONE))
    for said in ("ada@example.org", "on ne peut pas", "consentement exprès", "retrait", TEXT.words):
        assert said in words
    assert "03:00:00 HNE" in words  # 8:00 UTC, in the organisation's zone
