"""The workspace's secret: made once, for its owner's eyes, or taken from the environment."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from veille.errors import UsageError
from veille.secret import read_secret


def test_a_secret_is_made_once_and_for_its_owner(tmp_path):
    path = tmp_path / "var" / "secret"
    made = read_secret(path)
    assert len(made) >= 43
    assert read_secret(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]
    path.chmod(0o644)
    read_secret(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_two_hands_at_once_the_first_one_s_stays(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _n: read_secret(tmp_path / "secret"), range(16)))
    assert len(made) == 1


def test_the_environment_s_secret_is_before_the_file_s(tmp_path, monkeypatch):
    monkeypatch.setenv("VEILLE_SECRET", "x" * 32)
    assert read_secret(tmp_path / "secret") == b"x" * 32
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("short", ["", " " * 40, "changeme"])
def test_a_short_secret_is_refused_and_not_repeated(tmp_path, monkeypatch, short):
    (tmp_path / "secret").write_text(short)
    with pytest.raises(UsageError) as refused:
        read_secret(tmp_path / "secret")
    assert "changeme" not in str(refused.value)
    monkeypatch.setenv("VEILLE_SECRET", short)
    with pytest.raises(UsageError):
        read_secret(tmp_path / "other")
