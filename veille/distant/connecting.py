"""A client of a Dask scheduler, once what listens at its address was found to be one."""

import asyncio
import struct

import dask
from babel.numbers import format_decimal
from distributed import Client, Security
from distributed.core import rpc

from veille.errors import NothingPossible, UsageError
from veille.i18n import _, language

_OURS = {
    "distributed.admin.low-level-log-length": 10,  # messages; 1,000 whole ones are a gigabyte
    "distributed.client.scheduler-info-interval": "1h",  # the roll looks for itself
}
"""Settings of Dask in this process; those of the others are deploy/veille-dask.yaml."""

_NOT_DASK = MemoryError, ValueError, struct.error
"""What Dask raises for words that are not its own: it takes the first of them for a length."""


def connected(address: str, within: float) -> Client:
    """Return a client of the scheduler there, which the caller closes.

    Raises NothingPossible when none answers `within` so many seconds, UsageError when certificates
    are wanted and there is none, or when another program answers.
    """
    if address.startswith("tls://"):
        _look_at_certificates(address)
    dask.config.set(_OURS)
    try:
        if (kind := asyncio.run(_kind(address, within))) != "Scheduler":
            raise _another(address, kind)
        return Client(address, timeout=within, set_as_default=False, name="veille")
    except _NOT_DASK:
        raise _another(address, _("another program")) from None
    except (OSError, TimeoutError) as error:
        why = " ".join(str(error.__cause__ or error).split())
        raise NothingPossible(
            _("The Dask scheduler at {address} does not answer ({error}).").format(
                address=address,
                error=why
                or _("nothing within {n} s").format(n=format_decimal(within, locale=language())),
            ),
            _(
                "Start it, or correct its address and port; or write « workers: 2 » in "
                "config.yaml to work on this machine alone."
            ),
        ) from None


async def _kind(address: str, within: float) -> str:
    """Return what of Dask listens there: a Client waits without end for who does not greet it."""
    secured = Security().get_connection_args("client")
    async with asyncio.timeout(within), rpc(address, within, connection_args=secured) as there:
        told = await there.identity()
    return str(told["type"])


def _another(address: str, kind: str) -> UsageError:
    return UsageError(
        _("At {address} there is no Dask scheduler, but this: {kind}.").format(
            address=address, kind=kind
        ),
        _("Write the scheduler’s own address and port; its log names them (« Scheduler at »)."),
    )


def _look_at_certificates(address: str) -> None:
    """Raise UsageError when there is none to show: Dask would be long to say so."""
    why = _("no certificate is set")
    try:
        if Security().get_connection_args("client").get("ssl_context"):
            return
    except (OSError, ValueError) as error:  # that of ssl is an OSError
        why = " ".join(str(error).split())
    raise UsageError(
        _("The Dask scheduler at {address} cannot be asked: {error}.").format(
            address=address, error=why
        ),
        _("Certificates are part of Dask’s own settings: see docs/scaling.md."),
    )
