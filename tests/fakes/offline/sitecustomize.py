"""A machine without a network: put this folder on PYTHONPATH, and no name resolves."""

import socket


def _no_name(*_asked: object, **_options: object) -> None:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


socket.getaddrinfo = _no_name
