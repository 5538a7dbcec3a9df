"""What says that nothing would leave by mail."""

import pytest

from veille.config import Settings
from veille.deliver.readiness import why_nothing_leaves

READY = {
    "host": "localhost", "from": "Veille <veille@example.org>", "organisation": "Un réseau",
    "postal_address": "1, rue Haute", "contact": "555-0100",
    "public_url": "https://veille.example.org",
}  # fmt: skip


def settings(deliver, **veille):
    return Settings(veille={"schema": 1, "name": "essai", **veille}, deliver=deliver)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (settings(READY), ""),
        (settings({}), "Rien ne part encore par courriel. Il manque à config.yaml"),
        (settings({**READY, "contact": ""}), "deliver.contact. docs/envoi.md dit"),
        (settings({**READY, "public_url": "http://veille.example.org"}), "https://"),
        (settings(READY, sample="2026-11-22"), "web d’essai"),
    ],
)
def test_nothing_is_promised_that_cannot_leave(given, why):
    told = why_nothing_leaves(given).replace("\u00a0", " ")
    assert why in told
    assert bool(told) == bool(why)
