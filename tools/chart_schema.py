"""Makes the chart's values.schema.json from the comments and rules of values.yaml.

A value has its default's type unless its rules name one. Besides JSON Schema's keywords a rule knows

  kind: <name>      the keywords that `# @kind <name>` gives, under those of the rule itself; criterion is the grammar's
  keys: upstream    the keys of the upstream chart, as tools/upstream_schema.py knows them, and no others
  formerly: <name>  an older name of the value, which is refused with the new one
"""

from typing import Any

from tools.chart_values import ChartValues, Rule, UndescribedError, Value
from tools.criterion_pattern import criterion_pattern
from tools.upstream_schema import upstream_schema

Schema = dict[str, Any]
TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
# Cores, or bytes: 512 would be half a kilobyte, so memory has a unit, and no node has a thousand cores.
_CPU: Schema = {
    "type": ["string", "number"],
    "format": "quantity",
    "pattern": "^([0-9]+m|[0-9]+([.][0-9]{1,3})?)$",
    "minimum": 0,
    "maximum": 512,
    "examples": ["500m"],
}
_MEMORY: Schema = {"type": "string", "pattern": "^[0-9]+([.][0-9]+)?(M|G|T|Mi|Gi|Ti)$", "examples": ["512Mi"]}
QUANTITIES: Schema = {
    "type": ["object", "null"],
    "properties": {"cpu": _CPU, "memory": _MEMORY, "ephemeral-storage": _MEMORY},
    "patternProperties": {"^hugepages-|/": {"type": ["string", "integer"]}},
    "additionalProperties": False,
}
# helm adds `global` to the values of every chart, and to ours those of the chart inside it, where nothing can be set.
HELMS_OWN: Schema = {
    "global": {"type": "object"},
    "library": {
        "type": "object",
        "properties": {"global": {"type": "object", "maxProperties": 0}},
        "additionalProperties": False,
        "description": "Helm itself writes this key, for the chart that holds the library: there is nothing to set.",
    },
}


def schema_of(chart: ChartValues) -> Schema:
    """Returns the schema. Raises UndescribedError for a value without a type or of an unknown kind."""
    schema: Schema = {"$schema": "http://json-schema.org/draft-07/schema#", **_closed()}
    kinds = {**chart.kinds, "criterion": {"type": "string", "format": "criterion", "pattern": criterion_pattern()}}
    for value in chart.values:
        *sections, name = value.path.split(".")
        section = schema
        for step in sections:
            section = section["properties"].setdefault(step, _closed())
        section["properties"][name] = _value(value, kinds)
        section["properties"].update(_older(value))
    schema["properties"].update(HELMS_OWN)
    schema["definitions"] = {"quantities": QUANTITIES}
    return schema


def _closed() -> Schema:
    return {"type": "object", "properties": {}, "additionalProperties": False}


def _value(value: Value, kinds: dict[str, Schema]) -> Schema:
    default = TYPES.get(type(value.default))
    schema: Schema = {"type": default} if default else {}
    if any("keys" in rule.keywords for rule in value.rules):
        schema = upstream_schema()
    for rule in value.rules:
        _at(schema, rule.path).update(_keywords(rule, value.path, kinds))
    if "type" not in schema:
        raise UndescribedError(f"values.yaml: {value.path} has no type: write # @schema type: [<type>, null]")
    return {**schema, "description": value.comment}


def _at(schema: Schema, path: tuple[str, ...]) -> Schema:
    """Returns the schema of what lies at `path` within a value, made where it is missing."""
    for step in path:
        if step == "[]":
            schema = schema.setdefault("items", {})
        elif step == "*":
            schema = schema.setdefault("additionalProperties", {})
        else:
            schema.setdefault("type", "object")
            schema["additionalProperties"] = False
            schema = schema.setdefault("properties", {}).setdefault(step, {})
    return schema


def _keywords(rule: Rule, path: str, kinds: dict[str, Schema]) -> Schema:
    own = {key: word for key, word in rule.keywords.items() if key not in ("kind", "keys", "formerly")}
    if "kind" not in rule.keywords:
        return own
    kind = rule.keywords["kind"]
    if kind not in kinds:
        raise UndescribedError(f"values.yaml: {path}: no # @kind {kind} is given")
    return {**kinds[kind], **own}


def _older(value: Value) -> Schema:
    names = [rule.keywords["formerly"] for rule in value.rules if "formerly" in rule.keywords]
    new = value.path.rpartition(".")[2]
    # helm's message holds the rule alone, so the rule says what to write.
    return {name: {"const": f"absent: write {new} instead of {name}"} for name in names}
