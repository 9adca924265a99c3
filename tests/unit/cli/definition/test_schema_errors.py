"""How a schema's objections read."""

import re
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from swarmfile.cli.definition.schema_errors import flaws_of, sentence


@pytest.mark.parametrize(
    ("schema", "value", "default", "text"),
    [
        ({"type": "number"}, "fast", 1000, 'delayMs: "fast" is not a number; write milliseconds, for example 1000'),
        ({"type": ["string", "null"]}, 5, None, "delayMs: 5 is not text; write milliseconds"),
        ({"enum": ["on", "off", None]}, "of", None, r'delayMs: "of" is unknown; did you mean off\?'),
        ({"const": "absent: write b"}, {"c": 1}, None, "delayMs: this must be absent: write b"),
        ({"minLength": 1}, "", "a", "delayMs: this is empty; write milliseconds, for example a"),
        ({"minItems": 1}, [], None, "delayMs: this is empty; write milliseconds"),
        ({"not": {"const": 1}}, 1, 2, "delayMs: 1 should not be valid under .*; write milliseconds, for example 2"),
        (
            {"anyOf": [{"type": "integer"}, {"enum": ["auto"]}]},
            1.5,
            3,
            "delayMs: .*; write milliseconds, for example 3",
        ),
        ({"pattern": "^a$", "examples": ["a"]}, "b", None, 'delayMs: "b" cannot be read; .*, for example a'),
        ({"type": "number"}, "x" * 80, 1, 'delayMs: "x{56}… is not a number; .*'),
    ],
)
def test_an_objection_says_what_is_wrong_and_what_to_write(
    schema: dict[str, Any], value: object, default: object, text: str
) -> None:
    error = best_match(Draft7Validator({"properties": {"delayMs": schema}}).iter_errors({"delayMs": value}))
    assert error is not None
    assert re.fullmatch(text, sentence(next(flaws_of(error)), default))


def test_a_description_helps_where_there_is_no_example() -> None:
    schema = {"properties": {"host": {"type": "string", "description": "Address of the system under test."}}}
    error = best_match(Draft7Validator(schema).iter_errors({"host": 1}))
    assert error is not None
    assert sentence(next(flaws_of(error)), None) == "host: 1 is not text; write text (Address of the system under test)"
