"""What `group` has done to each article, in a module that needs neither the store nor settings.

So a worker on another machine, which is told where to find it, loads neither.
"""

from veille import stories
from veille.classify.language import language_of
from veille.model.story import Signed, ToSign


def sign(article: ToSign) -> Signed:
    """Return what an article is compared by."""
    language = language_of(article.title, article.text, article.language or "")
    return stories.signed(article, language.code)
