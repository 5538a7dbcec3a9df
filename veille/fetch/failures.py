"""What goes wrong on the wire, in our words: the one place where foreign exceptions are known."""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from urllib3.exceptions import HTTPError
from urllib3.exceptions import SSLError as WrappedSSLError
from urllib3.exceptions import TimeoutError as WrappedTimeoutError
from urllib3.util.ssl_match_hostname import CertificateError

from veille.errors import FailureKind, FetchError
from veille.fetch.limits import LimitPassed, Limits

_UNREACHABLE = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
    | {errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}
)


@contextmanager
def translated(url: str, limits: Limits) -> Iterator[None]:
    """Tell whatever goes wrong while a URL is asked for as one FetchError, of a named kind."""
    try:
        yield
    except LimitPassed as passed:
        raise FetchError(passed.kind, url, _number(passed.limit)) from None
    except (WrappedTimeoutError, TimeoutError) as error:
        raise FetchError(FailureKind.TIMEOUT, url, _number(limits.timeout)) from error
    except (ssl.SSLError, WrappedSSLError, CertificateError) as error:
        raise FetchError(FailureKind.TLS, url, _tls_fact(error)) from error
    except ConnectionRefusedError as error:
        raise FetchError(FailureKind.REFUSED_CONNECTION, url) from error
    except (OSError, HTTPError, HTTPException, ValueError) as error:
        # ValueError: what the libraries let through, of a chunk of « -5 » bytes for one
        raise FetchError(_kind(error), url, _fact(error)) from error


def _number(limit: float) -> str:
    return f"{limit:.15g}"


def _kind(error: Exception) -> FailureKind:
    if isinstance(error, socket.gaierror) or getattr(error, "errno", None) in _UNREACHABLE:
        return FailureKind.OFFLINE
    return FailureKind.BROKEN


def _fact(error: Exception) -> str:
    """Name what happened: the system's code, or the innermost error's own name."""
    if isinstance(error, socket.gaierror):
        return "DNS"
    if code := errno.errorcode.get(getattr(error, "errno", None) or 0):
        return code
    inner = error.args[-1] if error.args else None
    return type(inner if isinstance(inner, Exception) else error).__name__


def _tls_fact(error: Exception) -> str:
    inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    said = getattr(inner, "verify_message", None) or getattr(inner, "reason", None)
    return str(said or type(inner).__name__)
