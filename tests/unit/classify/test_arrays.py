"""Arrays kept in files: whole, or taken for not there."""

import numpy as np
import pytest

from veille.classify.arrays import read_arrays, write_arrays


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "model.npz"
    write_arrays(path, {"a": np.arange(2_000.0), "b": np.zeros((3, 4))})
    return path


def test_arrays_come_back_as_they_were(path):
    found = read_arrays(path)
    assert found is not None
    assert found["a"].tolist() == list(range(2_000))


def test_a_file_damaged_anywhere_is_none_or_whole_but_never_an_exception(path):
    whole = path.read_bytes()
    for place in [*range(0, 200), *range(len(whole) - 250, len(whole))]:
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        path.write_bytes(damaged)
        read_arrays(path)
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert read_arrays(path) is None
