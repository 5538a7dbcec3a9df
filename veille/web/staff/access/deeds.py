"""What the audit trail tells, in words."""

from veille.i18n import _
from veille.store.desk.audit import Act


def spoken(act: Act) -> str:
    """Return what was done, in the language in force; what is not known here is told as it is."""
    said = {
        "session.start": _("signed in"),
        "session.end": _("signed out"),
        "session.refused": _("was refused: wrong passphrase or code"),
        "account.add": _("added the account"),
        "account.role": _("changed the role of"),
        "account.describe": _("changed the name or address of"),
        "account.passphrase": _("chose a passphrase"),
        "account.code": _("changed what code is asked of"),
        "account.link": _("had a one-time link made for"),
        "account.disable": _("disabled the account"),
        "account.enable": _("enabled the account"),
        "account.signout": _("signed out everywhere the account"),
        "account.keys": _("took back the keys of"),
        "account.remove": _("removed the account"),
        "source.pause": _("paused the source"),
        "source.resume": _("put the source to work again"),
        "source.excerpt": _("changed how much is quoted of the source"),
        "link.send": _("sent a link in"),
        "bulletin.compose": _("composed the draft of"),
        "bulletin.test": _("had a test sent of the issue"),
        "bulletin.approve": _("approved the issue"),
        "key.make": _("made a key for a program"),
        "key.revoke": _("took back the key of a program"),
    }
    return said.get(act.what, act.what)
