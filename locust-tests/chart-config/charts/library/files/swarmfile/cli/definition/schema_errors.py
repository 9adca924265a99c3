"""Says a schema's objection to a test definition in one line: where, what, and what to write instead."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from jsonschema.exceptions import ValidationError

from swarmfile.cli.definition.values import Path, Value, Values, shown
from swarmfile.cli.errors import did_you_mean

KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map of keys and values",
}
_UNITS = {"Ms": "milliseconds", "S": "seconds", "Time": "a duration", "duration": "a duration"}


@dataclass(frozen=True)
class Flaw:
    """One objection: the rule of the schema that `value`, at `path`, breaks."""

    path: Path
    rule: str
    wanted: Value
    value: Value
    schema: Values
    message: str


def flaws_of(error: ValidationError) -> Iterator[Flaw]:
    """Reads jsonschema's error; each unknown key is a flaw of its own, whose path leads to that key."""
    schema = cast(Values, error.schema if isinstance(error.schema, Mapping) else {})
    flaw = Flaw(
        tuple(error.absolute_path), str(error.validator), error.validator_value, error.instance, schema, error.message
    )
    if flaw.rule != "additionalProperties":
        yield flaw
        return
    yield from (replace(flaw, path=(*flaw.path, key)) for key in _unknown_keys(flaw))


def sentence(flaw: Flaw, default: Value) -> str:
    """Returns `<key>: <what is wrong>; <what to write>`; `default` is what the key holds when nobody sets it."""
    say = _SENTENCES.get(flaw.rule, _anything_else)
    return f"{shown(flaw.path)}: {say(flaw, _what_to_write(flaw, default))}"


def _unknown_keys(flaw: Flaw) -> list[str]:
    known, patterns = flaw.schema.get("properties", {}), flaw.schema.get("patternProperties", {})
    return [str(key) for key in flaw.value if key not in known and not any(re.search(p, key) for p in patterns)]


def _unknown(flaw: Flaw, hint: str) -> str:
    if flaw.schema.get("patternProperties") and not flaw.schema.get("properties"):
        return f"this name cannot be used; {hint}"
    return f"this key is unknown; {did_you_mean(str(flaw.path[-1]), flaw.schema.get('properties', {}))}"


def _wrong_type(flaw: Flaw, hint: str) -> str:
    names = [flaw.wanted] if isinstance(flaw.wanted, str) else flaw.wanted
    return f"{_quoted(flaw)} is not {' or '.join(KINDS[name] for name in names if name in KINDS)}; {hint}"


def _not_among(flaw: Flaw, _: str) -> str:
    words = [str(word) for word in flaw.wanted if word is not None]
    return f"{_quoted(flaw)} is unknown; {did_you_mean(str(flaw.value), words)}"


def _not_that(flaw: Flaw, _: str) -> str:
    return f"this must be {flaw.wanted}"


def _too_low(flaw: Flaw, _: str) -> str:
    return f"{flaw.value} is below {flaw.wanted}; write at least {flaw.wanted}"


def _not_above(flaw: Flaw, hint: str) -> str:
    return f"{flaw.value} is not above {flaw.wanted}; {hint}"


def _too_high(flaw: Flaw, _: str) -> str:
    return f"{flaw.value} is above {flaw.wanted}; write at most {flaw.wanted}"


def _malformed(flaw: Flaw, hint: str) -> str:
    return f"{_quoted(flaw)} cannot be read; {hint}"


def _missing(flaw: Flaw, hint: str) -> str:
    return f"{', '.join(key for key in flaw.wanted if key not in flaw.value)} is missing; {hint}"


def _empty(_: Flaw, hint: str) -> str:
    return f"this is empty; {hint}"


def _anything_else(flaw: Flaw, hint: str) -> str:
    what = "this cannot be used" if _may_be_secret(flaw.schema) else " ".join(flaw.message.split())
    return f"{what}; {hint}"


_SENTENCES = {
    "additionalProperties": _unknown,
    "type": _wrong_type,
    "enum": _not_among,
    "const": _not_that,
    "minimum": _too_low,
    "exclusiveMinimum": _not_above,
    "maximum": _too_high,
    "pattern": _malformed,
    "required": _missing,
    "minItems": _empty,
    "minLength": _empty,
}


def _what_to_write(flaw: Flaw, default: Value) -> str:
    key = str(next((step for step in reversed(flaw.path) if isinstance(step, str)), ""))
    kind = _unit(key) or _kind(flaw.schema) or "another value"
    example = next(iter(flaw.schema.get("examples", [])), flaw.schema.get("default", default))
    if example in (None, "", [], {}):
        description = str(flaw.schema.get("description", "")).rstrip(".")
        return f"write {kind}" + (f" ({description})" if description else "")
    return f"write {kind}, for example {example if isinstance(example, str) else json.dumps(example)}"


def _unit(key: str) -> str | None:
    return next((unit for suffix, unit in _UNITS.items() if key.endswith(suffix)), None)


def _kind(schema: Values) -> str | None:
    names = schema.get("type", [])
    return next((KINDS[name] for name in ([names] if isinstance(names, str) else names) if name in KINDS), None)


def _quoted(flaw: Flaw) -> str:
    if _may_be_secret(flaw.schema):
        return "what stands there"
    text = json.dumps(flaw.value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _may_be_secret(schema: Value) -> bool:
    """Whether a schema, or one of a key further down, is marked as that of a secret."""
    if isinstance(schema, list):
        return any(_may_be_secret(entry) for entry in schema)
    if not isinstance(schema, Mapping):
        return False
    return schema.get("writeOnly") is True or any(_may_be_secret(entry) for entry in schema.values())
