"""Bring veille/locale/fr/LC_MESSAGES/veille.po up to date with the sentences in the code.

The meaning of each setting, its docstring, is a sentence too; so is what the catalogue's SQL says
of tables and columns.

Run by `make messages`; the test in tests/docs fails when it would change anything.
"""

from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from settings import settings

from veille.store.catalogue import schema

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "veille" / "locale" / "fr" / "LC_MESSAGES" / "veille.po"
HEADER = r"""# Le français de veille, tel qu’on l’écrit au Québec.
msgid ""
msgstr ""
"Project-Id-Version: veille\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""  # without dates, so that the file only changes with its sentences
KEYWORDS = {"_": None, "_n": (1, 2), "N_": None}
METHODS = [("sampleweb/**", "ignore"), ("**.py", "python"), ("**.j2", "jinja2")]


def extracted() -> Catalog:
    """Return the sentences that the code holds now."""
    catalog = Catalog(project="veille", charset="utf-8")
    for folder in ("veille", "digests"):
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",)
        ):
            catalog.add(
                message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context
            )
    for setting in settings():
        catalog.add(setting.meaning)
    for name in ("tables", "views", "search"):
        for _thing, words in schema.remarks(schema.read(name)):
            catalog.add(words)
    return catalog


def updated() -> tuple[Catalog, bytes]:
    """Return the French catalogue as it should be, and its text."""
    with PO.open("rb") as file:
        catalog = read_po(file, locale="fr")
    catalog.update(extracted(), no_fuzzy_matching=True)
    text = BytesIO()
    write_po(
        text,
        catalog,
        width=100,
        no_location=True,
        ignore_obsolete=True,
        sort_output=True,
        omit_header=True,
    )
    return catalog, HEADER.encode() + text.getvalue()


if __name__ == "__main__":
    catalog, text = updated()
    PO.write_bytes(text)
    missing = [message.id for message in catalog if message.id and not message.string]
    print(f"{len(catalog)} messages, {len(missing)} without a translation", *missing, sep="\n  ")
