"""Reads the chart's values.yaml: each value with its path, its default, its comment and its rules for the schema.

A rule is one line under the comment, `# @schema [.path.within] keyword: value, …`, in JSON Schema's keywords and three
of our own, which tools/chart_schema.py explains. `# @kind <name> keyword: value, …` names rules that many values share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_KIND = re.compile(r"^# @kind (\w+) (.+)$", re.MULTILINE)
_RULE = re.compile(r"@schema(?: \.(\S+))? (.+)")


class UndescribedError(ValueError):
    """A value without a comment above it, or a rule that cannot be read."""


@dataclass(frozen=True)
class Rule:
    """Keywords for a value, or for what lies at `path` within it; a step `[]` is a list's entries, `*` a map's."""

    path: tuple[str, ...]
    keywords: dict[str, Any]


@dataclass(frozen=True)
class Value:
    """One value of the chart: its path (loadTest.users), its default, its comment, its rules."""

    path: str
    default: Any
    comment: str
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class ChartValues:
    """The values in the order in which they stand, and the kinds by name."""

    values: tuple[Value, ...]
    kinds: dict[str, dict[str, Any]]


def read(path: Path) -> ChartValues:
    """Returns what values.yaml says. Raises UndescribedError."""
    text = path.read_text(encoding="utf-8")
    node = yaml.compose(text)
    if not isinstance(node, yaml.MappingNode):
        raise UndescribedError(f"{path.name} holds no map")
    kinds = {name: _keywords(rules, name) for name, rules in _KIND.findall(text)}
    return ChartValues(tuple(_values(node, text.split("\n"))), kinds)


def _values(node: yaml.MappingNode, lines: list[str], prefix: str = "") -> Iterator[Value]:
    """Yields each value; a map is one value where it is empty, has rules, or lies in one that has."""
    for key, child in node.value:
        path = f"{prefix}{key.value}"
        above = _comment_above(lines, key.start_mark.line)
        rules = tuple(_rule(line, path) for line in above if line.startswith("@schema"))
        if isinstance(child, yaml.MappingNode) and child.value and not rules:
            yield from _values(child, lines, f"{path}.")
            continue
        comment = " ".join(line for line in above if not line.startswith("@"))
        if not comment:
            raise UndescribedError(f"values.yaml: {path} has no comment above it")
        yield Value(path, yaml.safe_load(yaml.serialize(child)), comment, rules)


def _comment_above(lines: list[str], line: int) -> list[str]:
    words: list[str] = []
    while line > 0 and (found := re.match(r"\s*# ?(.*)", lines[line - 1])):
        words.insert(0, found[1])
        line -= 1
    return words


def _rule(line: str, path: str) -> Rule:
    found = _RULE.fullmatch(line)
    if not found:
        raise UndescribedError(f"values.yaml: {path}: {line!r} is no rule; write # @schema keyword: value")
    return Rule(tuple(found[1].split(".")) if found[1] else (), _keywords(found[2], path))


def _keywords(text: str, path: str) -> dict[str, Any]:
    try:
        keywords = yaml.safe_load(f"{{{text}}}")
    except yaml.YAMLError as error:
        raise UndescribedError(f"values.yaml: {path}: {text!r} is no YAML") from error
    # null is a type's name here, as in JSON Schema.
    if isinstance(keywords.get("type"), list):
        keywords["type"] = ["null" if name is None else name for name in keywords["type"]]
    return dict(keywords)
