"""The words that people are shown where they agree, in their own language.

The law wants them to say who asks, how to reach them, what for, and that one can change one's mind
(LCAP 10(1), SOR/2012-36 s. 4). What is shown is kept with each consent, word for word.
"""

from veille.i18n import _, speaking
from veille.subscribers.consent import ConsentText


def consent_text(language: str, *, bulletin: str, organisation: str, reach: str) -> ConsentText:
    """Return the words to show beside the button; `reach`: postal address and a way to be reached.

    They promise what the software does: no other use, no tracking, a link in each message.
    """
    with speaking(language):
        words = _(
            "I agree to receive the bulletin “{bulletin}” by e-mail from {organisation} ({reach}): "
            "news, calls and events on what I choose here. My address serves this purpose alone; "
            "whether I open a message or follow a link is not recorded. I can change my choices "
            "or withdraw my consent at any time, by the link in each message."
        ).format(bulletin=bulletin, organisation=organisation, reach=reach)
    return ConsentText(language, words)
