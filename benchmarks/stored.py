"""Working stores that hold as many items as asked, filled by columns: 500,000 in a minute or two.

Each item was announced, read, signed, judged and given five tags, 500 a night up to the last one.
Texts are as heavy as real ones (3,000 characters) and cut out of invented prose; none tells what
another tells. Reasons are shorter than real ones: no step reads those that are kept.
"""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks.prose import Writer
from veille.store import open_watch
from veille.stories import SCHEME, Signature

PER_NIGHT = 500
TEXT, REASONS = 3_000, 80
_AT_ONCE = 10_000
_SKETCH, _BAND = 128, 3  # bytes of a signature's sketch, and of each of its bands
_FACTS = 2_000  # signatures share theirs: only those of two weeks are ever read
_SQL = Path(__file__).parent / "stored.sql"

Array = npt.NDArray[Any]


def fill(path: Path, items: int, *, sources: int, model: str, until: datetime) -> None:
    """Make a working store: items of sources `site-0`, `site-1`…, judged by this model."""
    with open_watch(path, now=until) as watch:
        connection = watch.db.connection
        connection.execute("SET memory_limit = '1GB'; SET preserve_insertion_order = false")
        asked = {
            "items": items, "sources": sources, "model": model, "until": until, "scheme": SCHEME,
            "per_night": PER_NIGHT,
        }  # fmt: skip
        for name, value in asked.items():
            connection.execute(f"SET VARIABLE {name} = $1", [value])
        for drawn in _batches(items):
            connection.register("drawn", drawn)
            connection.execute(_SQL.read_text(encoding="utf-8"))
        connection.execute("CHECKPOINT")


def _batches(items: int) -> Iterator[pa.Table]:
    """Yield what SQL does not draw: the text of each item, its reasons, its signature."""
    writer, drawn = Writer(), np.random.default_rng(3)
    prose = " ".join(writer.article().text.replace("\n\n", " ") for _ in range(1_000))
    facts = [writer.signature(b"").to_bytes()[1:] for _ in range(_FACTS)]
    for first in range(0, items, _AT_ONCE):
        count = min(_AT_ONCE, items - first)
        sketches = drawn.integers(0, 256, (count, _SKETCH), np.uint8)
        signatures = (
            b64encode(bytes([_SKETCH]) + sketch.tobytes() + facts[n % _FACTS]).decode()
            for n, sketch in enumerate(sketches, first)
        )
        yield pa.table({
            "n": np.arange(first, first + count),
            "text": _cut(prose, TEXT, count, drawn),
            "reasons": _cut(prose, REASONS, count, drawn),
            "signature": pa.array(signatures, pa.string()),
            "bands": _bands(sketches),
        })  # fmt: skip


def _cut(prose: str, size: int, count: int, drawn: np.random.Generator) -> pa.Array:
    starts = drawn.integers(0, len(prose) - size, count).tolist()
    return pa.array((prose[start : start + size] for start in starts), pa.string())


def _bands(sketches: Array) -> pa.Array:
    """Return the bands of sketches, as `Signature.bands` does."""
    many = _SKETCH // _BAND
    parts = sketches[:, : many * _BAND].reshape(len(sketches), many, _BAND).astype(np.int64)
    keys = (parts << np.arange(0, 8 * _BAND, 8)).sum(axis=2) | np.arange(many) << 32
    assert tuple(keys[0].tolist()) == Signature(sketches[0].tobytes(), None).bands()
    return pa.FixedSizeListArray.from_arrays(pa.array(keys.ravel()), many)
