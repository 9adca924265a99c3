"""The chart's README, schema and defaults are what values.yaml makes of them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tools import chart_docs, chart_schema, chart_values
from tools.chart_values import UndescribedError

KINDS = "# @kind name type: string, pattern: '^[a-z]+$'\n\n"


def made(folder: Path, text: str) -> dict[str, Any]:
    (folder / "values.yaml").write_text(text)
    properties: dict[str, Any] = chart_schema.schema_of(chart_values.read(folder / "values.yaml"))["properties"]
    return properties


@pytest.mark.parametrize("path", chart_docs.documents(), ids=lambda path: path.name)
def test_make_docs_would_change_nothing(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == chart_docs.documents()[path], f"{path.name} is stale: run make docs"


def test_the_schema_is_one_and_accepts_the_defaults() -> None:
    schema = json.loads((chart_docs.CHART / "values.schema.json").read_text())
    values = yaml.safe_load((chart_docs.CHART / "values.yaml").read_text())
    Draft7Validator.check_schema(schema)
    assert list(Draft7Validator(schema).iter_errors(values)) == []
    # jsonschema's copy of draft 7 leaves writeOnly out.
    known = {*Draft7Validator.META_SCHEMA["properties"], "writeOnly"}
    assert [path for path, keys in keywords(schema) if not keys <= known] == []


def test_no_rule_makes_helm_quote_what_may_be_secret() -> None:
    # Of a wrong type helm names the type alone.
    schema = json.loads((chart_docs.CHART / "values.schema.json").read_text())
    secret = [(path, keys) for path, keys in keywords(schema) if "writeOnly" in keys]
    assert {".auth.password", ".auth.bearer.token", ".webLogin.password", ".proxy.http"} <= {path for path, _ in secret}
    assert [path for path, keys in secret if keys & {"pattern", "enum", "const", "minLength", "maxLength"}] == []


def keywords(schema: dict[str, Any], path: str = "") -> list[tuple[str, set[str]]]:
    """Returns every schema within this one with its keywords: a misspelt one would mean nothing to helm."""
    inner = [(f"{path}.{name}", one) for name, one in schema.get("properties", {}).items()]
    inner += [(f"{path}.{key}", schema[key]) for key in ("items", "additionalProperties", "propertyNames")
              if isinstance(schema.get(key), dict)]  # fmt: skip
    return [(path, set(schema)), *(found for name, one in inner for found in keywords(one, name))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A.\na: x\n", {"type": "string", "description": "A."}),
        ("# A.\n# @schema minimum: 1\na: 5\n", {"type": "integer", "minimum": 1, "description": "A."}),
        ("# A.\n# @schema type: [integer, null]\na: null\n", {"type": ["integer", "null"], "description": "A."}),
        ("# A.\n# @schema kind: name\na: x\n", {"type": "string", "pattern": "^[a-z]+$", "description": "A."}),
        ("# A,\n# two lines.\na: true\n", {"type": "boolean", "description": "A, two lines."}),
        (
            "# A.\n# @schema .[] required: [b]\n# @schema .[].b type: integer\na: []\n",
            {
                "type": "array",
                "items": {
                    "required": ["b"],
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"b": {"type": "integer"}},
                },
                "description": "A.",
            },
        ),
        (
            "# A.\n# @schema .*.b type: integer\na: {c: {b: 1}}\n",
            {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"b": {"type": "integer"}},
                },
                "description": "A.",
            },
        ),
        (
            "a:\n  # B.\n  b: 0.5\n",
            {
                "type": "object",
                "properties": {"b": {"type": "number", "description": "B."}},
                "additionalProperties": False,
            },
        ),
    ],
)
def test_a_comment_and_its_rules_become_a_schema(tmp_path: Path, text: str, expected: dict[str, Any]) -> None:
    assert made(tmp_path, KINDS + text)["a"] == expected


def test_an_older_name_is_refused_with_the_new_one(tmp_path: Path) -> None:
    properties = made(tmp_path, "a:\n  # B.\n  # @schema formerly: c\n  b: 1\n")["a"]["properties"]
    assert properties["c"] == {"const": "absent: write b instead of c"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\n", "a has no comment above it"),
        ("# A.\na: null\n", "a has no type"),
        ("# A.\n# @schema kind: nmae\na: 1\n", "a: no # @kind nmae is given"),
        ("# A.\n# @schemaminimum: 1\na: 1\n", "is no rule"),
        ("# A.\n# @schema minimum: [\na: 1\n", "is no YAML"),
    ],
)
def test_what_cannot_be_described_is_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(UndescribedError, match=reason):
        made(tmp_path, text)
