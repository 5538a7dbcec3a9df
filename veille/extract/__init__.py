"""From the bytes of a web page to the article on it. Pure: no network, no store, no clock."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veille.extract.page import read_page
else:

    def read_page(*args: object, **kwargs: object) -> object:
        """See `page.read_page`: what it needs is loaded where it is called, in a worker."""
        from veille.extract.page import read_page as read

        return read(*args, **kwargs)


__all__ = ["read_page"]
