"""Files that people write: what breaks in them is told with its place, in words."""

import errno
import os

import pytest

from veille.config import load_settings
from veille.errors import ConfigError
from veille.faults import read_yaml, why_not

HEAD = "veille: {schema: 1, name: essai}\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config.yaml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "un deux-points là où il n’en faut pas"),
        ("a:\n\tb: 1", "une tabulation"),
        ("a: @b", "entre guillemets"),
        ("a: [1, 2", "pas refermé"),
        ("a: {b: 1", "pas refermé"),
        ('a: "b', "un guillemet"),
        ("a: 1\n b: 2", "un deux-points"),
        ("a: 1\n- b", "mal alignée"),
        ("a: *b", "« * »"),
        ("a: !b c", "« ! »"),
        ("a: 1\n---\nb: 2", "plus d’un document"),
    ],
)
def test_what_breaks_a_yaml_file_is_said_in_french_with_the_detail_after(path, text, words):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        read_yaml(path)
    said = str(told.value).replace("\xa0", " ")
    assert words in said
    assert said.startswith(f"{path}:")
    assert said.endswith(")")


def test_a_key_given_twice_is_a_fault_beside_the_others(path):
    path.write_text(
        HEAD + "workers: 1\nworkers: x\nfetch:\n  timeout: 3\n  timeout: 4\n  contact: moi\n"
    )
    with pytest.raises(ConfigError) as told:
        load_settings(path)
    assert [fault.partition(":")[0] for fault in told.value.faults] == [
        "workers", "fetch.timeout", "workers", "fetch.contact",
    ]  # fmt: skip
    assert "aux lignes 2 et 3" in told.value.faults[0]


def test_a_limit_is_written_as_people_write_it(path):
    path.write_text(HEAD + "fetch: {host_delay: -1}\n")
    with pytest.raises(ConfigError, match="-1 devrait être au moins 0 "):
        load_settings(path)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EROFS, "ce disque ne peut qu’être lu"),
        (errno.ENOSPC, "le disque est plein"),
        (errno.ENOENT, "il n’y est pas"),
        (errno.EISDIR, "c’est un dossier"),
    ],
)
def test_what_the_system_has_against_a_file_is_said_in_french(number, why):
    assert why_not(OSError(number, os.strerror(number))) == why


def test_a_merged_key_is_not_one_given_twice(path):
    path.write_text("base: &base {a: 1, b: 2}\nother: {<<: *base, a: 3}\n")
    assert read_yaml(path)["other"] == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    "contact",
    ["https://exemple.org/veille", "http://exemple.org", "nom@exemple.org", "mailto:a@b.co", ""],
)
def test_a_contact_is_an_address_of_a_page_or_of_a_person(path, contact):
    path.write_text(f"{HEAD}fetch: {{contact: '{contact}'}}\n")
    assert load_settings(path).fetch.contact == (contact or None)


@pytest.mark.parametrize("contact", ["moi", "https://", "ftp://a.org", "a@b", "nom @ exemple.org"])
def test_what_nobody_can_be_reached_by_is_no_contact(path, contact):
    path.write_text(f"{HEAD}fetch: {{contact: '{contact}'}}\n")
    with pytest.raises(ConfigError, match=r"fetch\.contact"):
        load_settings(path)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("language", "xx", "« xx » n’est pas parmi fr ou en"),
        ("workers", "[1]", "ni un nombre de processus"),
        ("fetch", "{hosts_at_once: [1]}", "un nombre entier"),
        ("veille", "{sample: demain}", "devrait être une date"),
        ("timezone", "no", "mettez-le entre guillemets"),
        ("fetch", "{timeout: .inf}", "devrait être"),
    ],
)
def test_values_that_do_not_fit_are_told_in_french(path, monkeypatch, key, value, words):
    monkeypatch.delenv("VEILLE_LANGUAGE", raising=False)  # it would win over the file
    path.write_text(f"veille: {{}}\n{key}: {value}\n" if key != "veille" else f"veille: {value}\n")
    with pytest.raises(ConfigError) as told:
        load_settings(path)
    assert words in str(told.value).replace("\xa0", " ")
    assert "should" not in str(told.value)
