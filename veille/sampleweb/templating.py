"""The one Jinja2 environment of the sample web: strict, and escaping by default."""

from datetime import datetime
from email.utils import format_datetime
from functools import cache
from importlib.resources import files

import yaml
from jinja2 import Environment, FunctionLoader, StrictUndefined

from veille.sampleweb.dates import ZONE, spoken
from veille.sampleweb.markup import to_html, to_text


def render(name: str, **values: object) -> str:
    """The text of the template `name` with these values."""
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    def source(name: str) -> str:
        return files("veille.sampleweb").joinpath("templates", name).read_text("utf-8")

    environment = Environment(
        loader=FunctionLoader(source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"html": to_html, "bare": to_text, "rfc822": format_datetime}
    environment.filters["spoken"] = _spoken
    environment.globals["words"] = yaml.safe_load(source("words.yaml"))
    return environment


def _spoken(moment: datetime, language: str) -> str:
    return spoken(moment.astimezone(ZONE).date(), language)
