"""Makes the schema of the upstream chart's values from its keys, tools/upstream-keys.json: no others exist.

What the chart declares and no template uses is unknown here as well, since writing it changes nothing. What templates
use as a whole (a probe, an affinity) may hold anything. Null is allowed for a value: for helm it removes a default.
"""

import json
from pathlib import Path
from typing import Any

KEYS = Path(__file__).with_name("upstream-keys.json")
Schema = dict[str, Any]


def upstream_schema() -> Schema:
    """Returns the schema of all values, closed at every level."""
    known = json.loads(KEYS.read_text(encoding="utf-8"))
    schema = _closed()
    for path in _leaves(known["used_in_templates"], known["declared"]):
        *sections, name = path.split(".")
        section = schema
        for step in sections:
            section = section["properties"].setdefault(step, _closed())
        inside = any(other.startswith(f"{path}.") for other in known["declared"])
        section["properties"][name] = _leaf(known["declared"].get(path, {}).get("type", "object" if inside else None))
    return schema


def _leaves(used: list[str], declared: dict[str, Any]) -> list[str]:
    """Returns the paths that lie in no other one; a template that asks `image.tag` of a text asks in vain."""
    texts = {path for path, each in declared.items() if each["type"] == "string"}
    whole = {*used, *texts}
    return [path for path in used if not any(path.startswith(f"{other}.") for other in whole)]


def _leaf(kind: str | None) -> Schema:
    return {"type": [kind, "null"]} if kind not in (None, "null") else {}


def _closed() -> Schema:
    # Null would take away a whole section, without which the upstream chart fails.
    return {"type": "object", "properties": {}, "additionalProperties": False}
