r"""Reads `--set`: dotted keys, `\.` for a dot within a key, and a YAML value: `a.b=1`, `stages=[{users: 5}]`."""

import re
from collections.abc import Sequence

from swarmfile.cli.definition.layers import Layer, merged
from swarmfile.cli.definition.values import Value
from swarmfile.cli.definition.yaml_file import read_value
from swarmfile.cli.errors import BadInputError

SOURCE = "--set"
# As helm takes them: read as one value, the second would become part of the first, be it a password.
_SECOND = re.compile(r"[^'\"\[{].*,[\w\\-]+\.[\w\\.-]+=")
_DOT = re.compile(r"(?<!\\)\.")


def set_layer(texts: Sequence[str]) -> Layer:
    """Returns the layer of all `--set`, later ones over earlier ones; raises BadInputError for an unreadable one."""
    return Layer(SOURCE, merged([Layer(SOURCE, assignment(text)) for text in texts]))


def assignment(text: str) -> dict[str, Value]:
    """Returns the values of one `--set`; without anything after the equals sign, the value is an empty text."""
    keys, equals, value = text.partition("=")
    if not equals:
        raise _refused(keys, f"{keys!r} has no value")
    if "[" in keys:
        raise _refused(keys, "one entry of a list cannot be set", "the whole list, such as 'stages=[{users: 5}]'")
    if _SECOND.match(value):
        raise _refused(keys, "it sets two keys", "each in a --set of its own, or the value in quotes")
    path = [key.replace("\\.", ".") for key in _DOT.split(keys)]
    if not all(path):
        raise _refused(keys, "a key is empty")
    read: Value = read_value(value, f"{SOURCE} {keys}") if value else ""
    for key in reversed(path):
        read = {key: read}
    values: dict[str, Value] = read
    return values


def _refused(keys: str, what: str, instead: str = "key=value, for example loadTest.users=10") -> BadInputError:
    return BadInputError(f"{SOURCE} {keys}: {what}; write {instead}")
