"""Reads a values file as helmfile does: YAML 1.2's idea of true and numbers, no key twice, a map on top."""

import math
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from swarmfile.cli.errors import BadInputError


def read_values(path: Path, shown_as: str) -> dict[str, Any]:
    """Returns the file's map, empty where there is no file; raises BadInputError with the line that cannot be read."""
    return _read(path, shown_as, _Loader)


def read_helm_values(path: Path, shown_as: str) -> dict[str, Any]:
    """Does the same for a file that helmfile hands to helm as it is."""
    return _read(path, shown_as, _HelmLoader)


def read_value(text: str, shown_as: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    """Returns what one value means as it would in such a file; raises BadInputError where it is no YAML."""
    return _loaded(text, shown_as, _Loader)


def _read(path: Path, shown_as: str, loader: type["_Loader"]) -> dict[str, Any]:
    if not path.exists():
        return {}
    values = _loaded(path.read_bytes(), shown_as, loader)
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise BadInputError(
            f"{shown_as}: the file holds {_kind(values)}; write keys with values, for example mode: job"
        )
    return values


def _loaded(text: str | bytes, shown_as: str, loader: type["_Loader"]) -> Any:  # noqa: ANN401
    try:
        decoded = text if isinstance(text, str) else text.decode()
        return yaml.load(decoded, Loader=loader)  # noqa: S506 (both are SafeLoaders)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInputError(f"{shown_as}: {_where_and_what(error)}") from None


def _where_and_what(error: yaml.YAMLError | UnicodeDecodeError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}; write valid YAML there"
    return " ".join(str(error).split())


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "one value"


class _Loader(yaml.SafeLoader):
    """A SafeLoader with Go's resolution: yes and on are text, so are dates and 1:30; 1e3 is a number."""

    # PyYAML keeps its rules for scalars by first character; the rules below replace them all.
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            self._check_key(key_node, seen)
        return super().construct_mapping(node, deep)

    def _check_key(self, node: yaml.Node, seen: set[str]) -> None:
        if node.tag != "tag:yaml.org,2002:str":
            if node.tag == "tag:yaml.org,2002:merge":
                return
            raise yaml.MarkedYAMLError(problem=f"the key {node.value} is not text", problem_mark=node.start_mark)
        if node.value in seen:
            raise yaml.MarkedYAMLError(problem=f"{node.value} stands here twice", problem_mark=node.start_mark)
        seen.add(node.value)


def _number(loader: _Loader, node: yaml.ScalarNode) -> float:
    number = loader.construct_yaml_float(node)
    if not math.isfinite(number):
        raise yaml.MarkedYAMLError(problem=f"{node.value} is not a number", problem_mark=node.start_mark)
    return float(number)


class _HelmLoader(_Loader):
    """What helm reads itself: there yes and on are still true."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012
    bool_values: ClassVar[dict[str, bool]] = {**yaml.SafeLoader.bool_values, "y": True, "n": False}


_NUMBER = r"[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
_SCALARS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9_]*|0o?[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)", "-+0123456789"),
    ("float", _NUMBER + r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+.0123456789"),
    ("merge", r"<<", "<"),
)
for _loader in (_Loader, _HelmLoader):
    _loader.add_constructor("tag:yaml.org,2002:float", _number)
    for _tag, _pattern, _first in _SCALARS:
        _loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
_OLD_WORDS = re.compile(r"^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$")
_HelmLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _OLD_WORDS, list("yYnNoO"))
