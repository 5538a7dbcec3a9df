"""The only sockets towards sources: polite, distrustful, one request at a time for each host."""

from veille.fetch.addresses import Connector, Dialer, Resolver
from veille.fetch.client import HttpFetcher, user_agent

__all__ = ["Connector", "Dialer", "HttpFetcher", "Resolver", "user_agent"]
