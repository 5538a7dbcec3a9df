"""`workers`: processes of this machine, or the scheduler of a cluster."""

import pytest

from veille.config import load_settings
from veille.errors import ConfigError


def settings(folder, said):
    (folder / "config.yaml").write_text(f"workers: {said}\n")
    return load_settings(folder / "config.yaml")


@pytest.mark.parametrize(
    ("said", "processes", "scheduler"),
    [
        ("3", 3, None),
        ("'3'", 3, None),
        ("dask://work.example.org:8786", 2, "tcp://work.example.org:8786"),
        ("tls://10.0.0.5:8786", 2, "tls://10.0.0.5:8786"),
        ("dask://[::1]:8786", 2, "tcp://[::1]:8786"),
    ],
)
def test_what_it_can_be(tmp_path, said, processes, scheduler):
    found = settings(tmp_path, said)
    assert (found.processes, found.scheduler) == (processes, scheduler)


@pytest.mark.parametrize(
    "said",
    ["0", "65", "-1", "2.5", "null", "true", "[1]", "beaucoup", "dask://host", "dask://host:0", "dask://host:99999",
     "tcp://host:8786", "http://host:8786", "'dask://host:8786/x'"],
)  # fmt: skip
def test_what_it_cannot(tmp_path, said):
    with pytest.raises(ConfigError) as error:
        settings(tmp_path, said)
    [fault] = error.value.faults
    assert fault.startswith(f"workers: «\u00a0{said.strip(chr(39))}\u00a0»")
    assert "dask://" in fault


def test_a_password_is_not_repeated(tmp_path):
    with pytest.raises(ConfigError) as error:
        settings(tmp_path, "dask://lise:a@secret@host:8786")
    assert "//…@host" in str(error.value)
    assert "secret" not in str(error.value)


def test_the_environment_says_it_too(tmp_path, monkeypatch):
    monkeypatch.setenv("VEILLE_WORKERS", "4")
    assert settings(tmp_path, "2").processes == 4
    monkeypatch.setenv("VEILLE_WORKERS", "dask://host:8786")
    assert settings(tmp_path, "2").scheduler == "tcp://host:8786"
