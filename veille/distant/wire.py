"""How work travels: by pickle, but for what judges, of which only the name does.

A fitted model is made, or read from its own files, where it is used; it is never unpickled.
"""

import io
import pickle
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veille.classify.judge import Judge  # heavy: a worker that judges nothing does without


class _Pickler(pickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        from veille.classify.judge import Judge

        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._judge = Judge
        self.judges: set[str] = set()

    def persistent_id(self, obj: object) -> str | None:
        if not isinstance(obj, self._judge):
            return None
        self.judges.add(obj.version)
        return obj.version


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, judge: Callable[[str], "Judge"]) -> None:
        super().__init__(file)
        self._judge = judge

    def persistent_load(self, pid: str) -> "Judge":
        return self._judge(pid)


def dumps(work: object) -> tuple[bytes, frozenset[str]]:
    """Return what travels, and the versions of the judges that it names."""
    file = io.BytesIO()
    pickler = _Pickler(file)
    pickler.dump(work)
    return file.getvalue(), frozenset(pickler.judges)


def loads(payload: bytes | memoryview, judge: Callable[[str], "Judge"]) -> object:
    """Return what travelled; `judge` gives the one of a version, or raises LookupError."""
    return _Unpickler(io.BytesIO(payload), judge).load()


class Packed:
    """A call of one function, and then what it returned, as they travel.

    Neither is opened on its way: the process that calls has what the function needs, the worker
    that it belongs to loads nothing of it.
    """

    def __init__(self, name: str, payload: bytes) -> None:
        self.__name__ = name
        self._payload = payload

    def __call__(self) -> bytes:
        function, args, kwargs = pickle.loads(self._payload)
        return pickle.dumps(function(*args, **kwargs), pickle.HIGHEST_PROTOCOL)


def packed(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> bytes:
    """Return a call as `Packed` takes it."""
    return pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
