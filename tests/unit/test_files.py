"""Files written whole or not at all, and once or not at all."""

import pytest

from veille.files import whole, write, write_once


def test_a_file_is_the_old_one_until_it_is_the_new_one(tmp_path):
    path = tmp_path / "new folder" / "file"
    write(path, "été")
    assert path.read_bytes() == "été".encode()
    with whole(path) as file:
        file.write(b"more")
        assert path.read_text() == "été"
    assert path.read_bytes() == b"more"
    assert path.stat().st_mode & 0o777 == 0o644


def test_what_goes_wrong_leaves_all_as_it_was(tmp_path):
    path = tmp_path / "file"
    write(path, "before")
    with pytest.raises(OSError, match="full"):
        _break_off(path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def _break_off(path):
    with whole(path) as file:
        file.write(b"half")
        raise OSError("full")


def test_of_two_hands_that_write_at_once_one_does(tmp_path):
    path = tmp_path / "secret"
    write_once(path, "mine", mode=0o600)
    with pytest.raises(FileExistsError):
        write_once(path, "yours")
    assert path.read_text() == "mine"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
