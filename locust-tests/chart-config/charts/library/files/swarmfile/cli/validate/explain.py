"""Explains a key by the chart's schema, which is made from the comments of values.yaml."""

import json
from collections.abc import Iterator

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import CHART_DEFAULTS
from swarmfile.cli.definition.schema_errors import KINDS
from swarmfile.cli.definition.values import Value, Values, at
from swarmfile.cli.definition.yaml_file import read_values
from swarmfile.cli.errors import BadInputError, did_you_mean


def explained(clone: Clone, key: str) -> str:
    """Returns some lines about a key; raises BadInputError for one that there is not."""
    schema = json.loads(clone.schema.read_text("utf-8"))
    steps = key.removeprefix(".").split(".")
    if steps[0] not in schema["properties"] and steps[0] in schema["properties"]["upstream"].get("properties", {}):
        steps.insert(0, "upstream")
    found = _find(schema, steps)
    default = at(read_values(clone.root / CHART_DEFAULTS, CHART_DEFAULTS), *steps)
    return "\n".join([".".join(steps), *(f"  {line}" for line in _lines(found, default))])


def _find(schema: Values, steps: list[str]) -> Values:
    found: Value = schema
    for depth, step in enumerate(steps):
        below = {**found.get("properties", {}), **found.get("items", {}).get("properties", {})}
        anything = found.get("additionalProperties")
        if step not in below and not isinstance(anything, dict):
            place = f"in {'.'.join(steps[:depth])} " if depth else ""
            raise BadInputError(f"{'.'.join(steps)}: there is no {step} {place}to explain; {did_you_mean(step, below)}")
        found = below.get(step, anything)
    return dict(found)


def _lines(schema: Values, default: Value) -> Iterator[str]:
    if schema.get("description"):
        yield str(schema["description"])
    if kinds := _kinds(schema):
        yield f"Holds {kinds}{_bounds(schema)}."
    if "enum" in schema:
        yield f"One of {', '.join(str(word) for word in schema['enum'])}."
    below = schema.get("properties") or schema.get("items", {}).get("properties")
    if below:
        yield f"Keys below it: {', '.join(below)}."
    elif default is not None:
        yield f"Default: {json.dumps(default, ensure_ascii=False)}"
    if "examples" in schema:
        yield f"Example: {schema['examples'][0]}"


def _kinds(schema: Values) -> str:
    kinds = schema.get("type", [])
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(KINDS[name] for name in names if name in KINDS)


def _bounds(schema: Values) -> str:
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most"}
    found = [f"{word} {schema[key]}" for key, word in words.items() if key in schema]
    return f", {' and '.join(found)}" if found else ""
