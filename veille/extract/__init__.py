"""From the bytes of a web page to the article on it. Pure: no network, no store, no clock."""

from veille.extract.page import read_page

__all__ = ["read_page"]
