"""The YAML of a draft: loaded with what people type put right, dumped with all that they wrote."""

import re
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode

from veille.digest.bare_text import quoted
from veille.i18n import _

_TWICE = re.compile(r'found duplicate key "(.*?)"')


def load(text: str) -> CommentedMap:
    """Return what a file holds, comments too; raise YAMLError or ValueError for no such file."""
    loaded = _yaml().load(quoted(text))
    if not isinstance(loaded, CommentedMap):
        raise YAMLError(_("the file is empty or holds no « key: value » lines"))
    return loaded


def composed(text: str) -> MappingNode:
    """Return the nodes of a file, each with the places where it stands; raise as `load`.

    Unlike `load` it takes the text as it is: see `quoted`.
    """
    found = _yaml().compose(text)
    if not isinstance(found, MappingNode):
        raise YAMLError(_("the file is empty or holds no « key: value » lines"))
    return found


def dump(top: CommentedMap) -> str:
    """Return the file that holds this."""
    written = StringIO()
    _yaml().dump(top, written)
    return written.getvalue()


def not_yaml(error: MarkedYAMLError) -> str:
    """Say where a file is no YAML, and what that mostly comes from."""
    problem, mark = str(error.problem), error.problem_mark or error.context_mark
    if found := _TWICE.match(problem):
        words = _("« {key}: » stands twice here; was a line lost between two items?")
        words = words.format(key=found[1])
    elif problem.startswith("could not find expected ':'"):  # told of the line after
        mark = error.context_mark or mark
        words = _("neither a « key: value » line nor, indented, the rest of the text above")
    else:
        words = _(
            "this is not YAML; look at the quotes, colons and indents of this line and the one "
            "above"
        )
    return _("line {line}: {words}").format(line=mark.line + 1 if mark else 1, words=words)


class _Constructor(RoundTripConstructor):
    """Makes values of YAML; a day that there is not, 2027-02-30, stays a text to be told."""

    def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:  # noqa: ANN401 - ruamel's
        try:
            return super().construct_yaml_timestamp(node, values)
        except ValueError:
            return node.value


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _Constructor.construct_yaml_timestamp)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.width = 1_000_000  # a title stays on its line
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=2, offset=0)
    return yaml
