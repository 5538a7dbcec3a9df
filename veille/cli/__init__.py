"""The command line: one file per verb, each a thin door to one library call.

Results go to stdout, everything else to stderr. Importing this must stay cheap: a verb imports
what it needs when it runs. Help texts are made when a verb's module is imported, so the language
is put in force before that.
"""

import atexit
import gc
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from veille import i18n

if TYPE_CHECKING:
    from veille.errors import VeilleError


def main() -> None:
    """Run the command line; exit with the code that docs/cli.md documents."""
    # To look for garbage is a tenth of a night without news: what a command loads and reads stays
    # to its end, and goes with the process. Those that stay look more often (`memory.settle_in`).
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")  # it would look through all packages
    i18n.use_language(_language_wanted())
    i18n.translate_command_line()
    from veille.cli.app import app
    from veille.errors import UsageError, VeilleError

    try:
        app()
    except VeilleError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except OSError as error:  # a file that is not there, a folder that may not be written
        from veille.faults import is_the_system, why_not

        if error.filename is None and not is_the_system(error):
            raise
        told = i18n._("{path}: {why}").format(path=error.filename or Path.cwd(), why=why_not(error))
        _complain(UsageError(told))
        sys.exit(UsageError.exit_code)


def _complain(error: "VeilleError") -> None:
    from veille.cli.speech import complain

    complain(error)


def _language_wanted() -> str:
    """Return VEILLE_LANGUAGE, else the `language:` of the workspace we stand in, else French.

    The settings are not loaded for that: they cost more than the whole of `veille --help`.
    """
    if named := os.environ.get("VEILLE_LANGUAGE"):
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        config = folder / "config.yaml"
        if config.is_file():
            text = config.read_text(encoding="utf-8", errors="replace")
            found = re.search(r"^language:\s*[\"']?(\w+)", text, re.MULTILINE)
            return found[1] if found else i18n.LANGUAGES[0]
    return i18n.LANGUAGES[0]
