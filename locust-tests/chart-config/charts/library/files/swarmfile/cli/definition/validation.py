"""Judges a test definition before anything starts: by the chart's own schema, then as the pods will read it."""

import copy
import json
import re
from dataclasses import replace
from functools import reduce

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import merged, source_of
from swarmfile.cli.definition.schema_errors import Flaw, flaws_of, sentence
from swarmfile.cli.definition.values import Path, Value, at, names, shown
from swarmfile.cli.errors import BadInputError
from swarmfile.definition.settings import Settings, parse


def validated(definition: Definition) -> Definition:
    """Returns the definition with numbers where they are written as text; raises BadInputError for the first flaw."""
    validator = _validator(definition)
    judged = _with_numbers(validator, definition)
    error = best_match(validator.iter_errors(judged.test))
    if error is not None:
        raise _refusal(judged, next(flaws_of(error)))
    return judged


def refusals(definition: Definition) -> list[BadInputError]:
    """Returns every objection of the schema, in the order of the keys."""
    validator = _validator(definition)
    judged = _with_numbers(validator, definition)
    found = [_refusal(judged, flaw) for error in validator.iter_errors(judged.test) for flaw in flaws_of(error)]
    return sorted(found, key=str)


def _validator(definition: Definition) -> Validator:
    schema = _numbers_only(json.loads(definition.clone.schema.read_text(encoding="utf-8")))
    return validator_for(schema, default=Draft7Validator)(schema)


def read_settings(definition: Definition) -> Settings:
    """Returns what no schema can judge, such as the assertions' grammar, as the run's processes will read it.

    Raises BadInputError in the package's words, which begin with the key, and the name of the file before them.
    """
    try:
        return parse(dict(definition.test))
    except ValueError as error:
        path = _path(str(error).split(":", 1)[0])
        source = source_of(definition.test_layers, path)
        raise BadInputError(f"{source}: {error}", source, path) from None


def _path(named: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", named))


def _numbers_only(schema: Value) -> Value:
    """Returns the schema without what it concedes to helm: its --set makes 0.05 text, which the chart turns back, and
    the grammar of criteria is a pattern to it.
    """
    if isinstance(schema, list):
        return [_numbers_only(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _numbers_only(value) for key, value in schema.items()}
    if schema.get("format") == "criterion":
        return {key: value for key, value in inner.items() if key != "pattern"}
    kinds = schema.get("type")
    if not isinstance(kinds, list) or not {"number", "string"} <= set(kinds) or schema.get("format") == "quantity":
        return inner
    return {key: value for key, value in inner.items() if key != "pattern"} | {
        "type": [k for k in kinds if k != "string"]
    }


def _with_numbers(validator: Validator, definition: Definition) -> Definition:
    test = copy.deepcopy(dict(definition.test))
    for error in list(validator.iter_errors(test)):
        path = tuple(error.absolute_path)
        if (
            error.validator == "type"
            and "number" in str(error.validator_value)
            and path
            and isinstance(error.instance, str)
        ):
            place: Value = reduce(_entry, path[:-1], test)
            place[path[-1]] = _number(error.instance)
    return replace(definition, test=test, upstream=test["upstream"])


def _entry(values: Value, step: str | int) -> Value:
    return values[step]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _refusal(definition: Definition, flaw: Flaw) -> BadInputError:
    layers = definition.test_layers
    if flaw.path[:1] == ("upstream",):
        layers, flaw = definition.upstream_layers, replace(flaw, path=flaw.path[1:])
    # What holds when neither config/<type>/ nor a flag says it is the best example of what to write.
    defaults = [layer for layer in layers if not layer.source.startswith(("config/", "--"))]
    source = source_of(layers, flaw.path)
    if flaw.rule == "additionalProperties" and (other := _belongs_in(definition, flaw)):
        line = f"{source}: {shown(flaw.path)}: this key belongs in {other} of the same folder; move it there"
        return BadInputError(line, source, flaw.path)
    return BadInputError(f"{source}: {sentence(flaw, at(merged(defaults), *names(flaw.path)))}", source, flaw.path)


def _belongs_in(definition: Definition, flaw: Flaw) -> str:
    """Returns the other of a type's two files where that knows the key and this one does not."""
    known = json.loads(definition.clone.schema.read_text(encoding="utf-8"))["properties"]
    (key, *below) = flaw.path
    if below or key in ("loadtest", "loadTest", "workers"):  # rather misspelt
        return ""
    if "upstream" in flaw.schema.get("properties", {}):
        return "locust.yml" if key in known["upstream"].get("properties", {}) else ""
    return "test.yml" if key in known else ""
