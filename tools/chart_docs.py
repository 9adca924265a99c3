"""Carries the chart's values.yaml into its README's table, its schema's descriptions and files/defaults.json.

    python tools/chart_docs.py [--check]

values.yaml is the only place where a value is described and its default stands; templates cannot read it and take the
default of what a user set to null from files/defaults.json. --check writes nothing and fails when something is stale.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[1] / "locust-tests" / "chart-config"
START, END = "<!-- values: made by make docs -->\n", "<!-- end of values -->\n"


@dataclass(frozen=True)
class Value:
    """One value of the chart: its path (loadTest.users), its default, its comment."""

    path: str
    default: Any
    comment: str


class UndescribedError(ValueError):
    """A value without a comment above it, or one that the schema does not know."""


def main(arguments: list[str]) -> int:
    """Writes what is made of values.yaml anew. Returns 1 where --check finds one stale."""
    made = documents()
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.name} is stale: run make docs\n")
        return bool(stale)
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
    return 0


def documents(chart: Path = CHART) -> dict[Path, str]:
    """Returns what the generated files of a chart should hold. Raises UndescribedError."""
    values = tuple(described(_tree(chart / "values.yaml")))
    readme, schema = chart / "README.md", chart / "values.schema.json"
    defaults = {value.path: value.default for value in values if value.default is not None}
    return {
        chart / "files" / "defaults.json": json.dumps(defaults, indent=2, ensure_ascii=False) + "\n",
        readme: with_table(readme.read_text(encoding="utf-8"), values),
        schema: with_descriptions(json.loads(schema.read_text(encoding="utf-8")), values),
    }


def _tree(path: Path) -> yaml.MappingNode:
    node = yaml.compose(path.read_text(encoding="utf-8"))
    if not isinstance(node, yaml.MappingNode):
        raise UndescribedError(f"{path.name} holds no map")
    return node


def described(node: yaml.MappingNode, prefix: str = "") -> Iterator[Value]:
    """Yields each value with the comment above it; a map is one value where it is empty or written on one line."""
    lines = (node.start_mark.buffer or "").rstrip("\0").split("\n")
    for key, child in node.value:
        path = f"{prefix}{key.value}"
        if isinstance(child, yaml.MappingNode) and child.value and not child.flow_style and not _is_table(path):
            yield from described(child, f"{path}.")
            continue
        comment = _comment_above(lines, key.start_mark.line)
        if not comment:
            raise UndescribedError(f"values.yaml: {path} has no comment above it")
        yield Value(path, yaml.safe_load(yaml.serialize(child)), comment)


def _is_table(path: str) -> bool:
    # The profiles are entries of one kind, described together.
    return path in ("profiles", "resources", "workers.resources", "sidecar.resources")


def _comment_above(lines: list[str], line: int) -> str:
    words: list[str] = []
    while line > 0 and (found := re.match(r"\s*# ?(.*)", lines[line - 1])):
        words.insert(0, found[1])
        line -= 1
    return " ".join(words)


def with_table(readme: str, values: tuple[Value, ...]) -> str:
    """Returns the README with the table of values between its two marks."""
    rows = [f"| `{value.path}` | `{_short(value.default)}` | {_cell(value.comment)} |\n" for value in values]
    head = "| Value | Default | Meaning |\n|---|---|---|\n"
    before, rest = readme.split(START)
    return before + START + head + "".join(rows) + END + rest.split(END)[1]


def _short(default: object) -> str:
    return json.dumps(default, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def with_descriptions(schema: dict[str, Any], values: tuple[Value, ...]) -> str:
    """Returns the schema with each value's comment as description."""
    for value in values:
        _property(schema, value.path)["description"] = value.comment
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _property(schema: dict[str, Any], path: str) -> dict[str, Any]:
    for key in path.split("."):
        try:
            schema = schema["properties"][key]
        except KeyError as error:
            raise UndescribedError(f"values.schema.json: {path} of values.yaml is missing") from error
    return schema


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
