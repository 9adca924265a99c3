"""Reads the JSON files of a results folder, which may come from anyone: bounded, and held against their shape."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from swarmfile.cli.definition.values import shown
from swarmfile.cli.errors import BadInputError
from swarmfile.results.names import METRICS, STATE
from swarmfile.sidecar.record import LATEST
from swarmfile.untrusted.json_fields import MOST_BYTES, loads
from swarmfile.untrusted.text import plain

# No run lasts for three years, and each second may become a mark on a chart.
LONGEST_S = 1e8
_LARGEST = 1e15

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"], "minimum": -_LARGEST, "maximum": _LARGEST}
COUNT = {"type": ["number", "null"], "minimum": 0, "maximum": _LARGEST}
SECONDS = {"type": ["number", "null"], "minimum": 0, "maximum": LONGEST_S}
MOMENT = {"type": ["number", "null"], "minimum": 0, "maximum": LATEST}
BY_NAME = {"type": ["object", "null"]}


def _list(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _object(*required: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


_COUNTED: dict[str, Mapping[str, Any]] = {
    "name": TEXT,
    "method": TEXT,
    "requests": COUNT,
    "failures": COUNT,
    "error_rate": COUNT,
    "requests_per_s": COUNT,
    "average_ms": NUMBER,
    "maximum_ms": NUMBER,
    "percentiles_ms": {"type": ["object", "null"], "additionalProperties": NUMBER},
}
_MESSAGE = {
    "type": ["object", "null"],
    "properties": {"headers": _list({**_list(TEXT), "minItems": 2, "maxItems": 2}), "body": TEXT, "status": NUMBER},
    "required": ["headers"],
}
_TIMELINE = _object(
    "columns",
    "rows",
    "step_s",
    "phases",
    columns=_list({"type": "string"}),
    rows={**_list(_list(NUMBER)), "maxItems": 5000},
    step_s={"type": "number", "minimum": 0.001, "maximum": LONGEST_S},
    phases=_list(_object("name", "start_s", "end_s", name={"type": "string"}, start_s=SECONDS, end_s=SECONDS)),
)
SHAPES = {
    METRICS: _object(
        run=TEXT,
        started_at=MOMENT,
        elapsed_s=SECONDS,
        planned_s=SECONDS,
        ended=TEXT,
        host=TEXT,
        note=TEXT,
        tags=BY_NAME,
        versions=BY_NAME,
        digests=BY_NAME,
        settings=BY_NAME,
        load=_object(planned_users=NUMBER, peak_users=NUMBER),
        totals={"type": ["object", "null"], "properties": _COUNTED},
        endpoints=_list(_object(**_COUNTED)),
        failures=_list(
            _object("occurrences", "error", method=TEXT, name=TEXT, error=TEXT, occurrences={**COUNT, "type": "number"})
        ),
        evidence=_list(
            _object("cause", "request", cause={"type": "string"}, request=_MESSAGE, response=_MESSAGE, at=MOMENT)
        ),
        workers=_list(_object()),
        logs=_list(_object(text=TEXT, level=TEXT, count=COUNT, at=MOMENT, processes=_list(TEXT))),
        timeline={"anyOf": [{"type": "null"}, _TIMELINE]},
    ),
    STATE: _object(
        run=TEXT, requests=COUNT, failures=COUNT, p95_ms=NUMBER, planned_users=COUNT, users=COUNT, elapsed_s=SECONDS
    ),
}


def read_result(path: Path) -> dict[str, Any] | None:
    """Returns the content, None where there is no such file. Raises BadInputError for one that cannot be read."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            content = loads(file.read(MOST_BYTES + 1))
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise BadInputError(f"{path}: {plain(str(error))[:200]}; give a results folder that is whole") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{path}: is no object; give a results folder that is whole")
    _refuse_another_shape(path, content)
    return content


def _refuse_another_shape(path: Path, content: Mapping[str, Any]) -> None:
    shape = SHAPES.get(path.name)
    for error in Draft7Validator(shape).iter_errors(content) if shape else ():
        # The first is enough, and its message quotes what the file holds.
        raise BadInputError(f"{path}: {shown(tuple(error.absolute_path))}: {plain(error.message[-200:])}")
