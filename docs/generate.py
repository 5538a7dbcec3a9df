"""Write the generated pages of docs/: config.md from the settings, cli.md from the commands,
dictionnaire.md from what the catalogue says of itself.

Run by `make docs`; the test in tests/docs fails when it would change anything. The pages are in
French, through the message catalogues, as everything that people read.
"""

import json
import os
from pathlib import Path

import typer.main
from settings import settings
from typer.testing import CliRunner

DOCS = Path(__file__).resolve().parent

CONFIG_HEAD = """\
# Les réglages : `config.yaml`

Cette page est écrite par `make docs` à partir du code; ne la modifiez pas à la main.

Un réglage absent prend sa valeur par défaut. Une clé inconnue est refusée. Une variable
d’environnement l’emporte sur le fichier : `VEILLE_FETCH__TIMEOUT=30` règle `fetch.timeout`.
`veille check` dit toutes les fautes d’un coup, avec leur clé.
"""

CLI_HEAD = """\
# Les commandes

Cette page est écrite par `make docs` à partir du code; ne la modifiez pas à la main.

Le résultat va sur la sortie standard, tout le reste (progrès, erreurs) sur la sortie d’erreur.

| code de sortie | sens |
|---|---|
| 0 | la commande a fini; les sources en échec sont dans son rapport |
| 1 | une étape a échoué, ou plus de sources ont échoué que `collect.failing_share` ne tolère |
| 2 | usage ou réglages fautifs |
| 3 | une autre exécution tient l’espace de travail |
| 4 | rien n’a pu être fait, faute de réseau par exemple |
| 130 | interrompue (Ctrl-C, SIGTERM) : finie en ordre, la suivante reprend |
"""


def config_page() -> str:
    """Return docs/config.md: a table a section."""
    from veille.i18n import _

    lines = [CONFIG_HEAD]
    top = [setting for setting in settings() if "." not in setting.path and not setting.section]
    lines += ["| clé | par défaut | sens |", "|---|---|---|", *(_row(one) for one in top)]
    for setting in settings():
        if setting.section:
            lines += ["", f"## `{setting.path}`", "", _(setting.meaning), ""]
            lines += ["| clé | par défaut | sens |", "|---|---|---|"]
        elif "." in setting.path:
            lines.append(_row(setting))
    return "\n".join(lines) + "\n"


def _row(setting) -> str:
    from veille.i18n import _

    default = json.dumps(setting.default, ensure_ascii=False, default=str)
    return f"| `{setting.path}` | `{default}` | {_(setting.meaning)} |"


def cli_page() -> str:
    """Return docs/cli.md: each command's own help."""
    from veille.cli.app import app

    lines = [CLI_HEAD]
    group = typer.main.get_command(app)
    for name, command in sorted(group.commands.items()):
        for words in [[name], *([name, verb] for verb in getattr(command, "commands", ()))]:
            shown = CliRunner().invoke(app, [*words, "--help"], env={"TERMINAL_WIDTH": "88"}).output
            lines += [f"## `veille {' '.join(words)}`", "", "```text", shown.strip(), "```", ""]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


DICTIONARY_HEAD = """\
Cette page est écrite par `make docs` à partir du catalogue; ne la modifiez pas à la main. Chaque
édition publiée porte la sienne, `dictionnaire.md`. Les vues viennent d’abord : elles parlent
français et suffisent le plus souvent ([recettes](recettes.md)); l’index de recherche, à la fin,
n’est utile qu’à la fonction `search`.
"""


def dictionary_page() -> str:
    """Return docs/dictionnaire.md: every view and table of a published catalogue."""
    import duckdb

    from veille.store.catalogue import schema
    from veille.store.catalogue.dictionary import dictionary

    with duckdb.connect() as connection:
        schema.create(connection, "tables", "views", "search")
        title, body = dictionary(connection).split("\n", 1)
    return f"{title}\n\n{DICTIONARY_HEAD}{body.rstrip()}\n"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    os.environ["VEILLE_LANGUAGE"] = "fr"
    from veille import i18n

    i18n.use_language("fr")
    i18n.translate_command_line()
    return {
        DOCS / "config.md": config_page(),
        DOCS / "cli.md": cli_page(),
        DOCS / "dictionnaire.md": dictionary_page(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name} written")
