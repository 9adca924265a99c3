"""What YAML and JSON files hold, and how a place in it is named."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Value: TypeAlias = Any
Values: TypeAlias = Mapping[str, Value]
Path: TypeAlias = tuple[str | int, ...]


def at(values: Values, *path: str) -> Value:
    """Returns what stands at `path`, None where nothing does."""
    found: Value = values
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def names(path: Path) -> tuple[str, ...]:
    """Returns a path without the places in lists."""
    return tuple(step for step in path if isinstance(step, str))


def shown(path: Path) -> str:
    """Returns a path as messages name it: stages[1].users."""
    text = "".join(f"[{step}]" if isinstance(step, int) else "." + step.replace(".", "\\.") for step in path)
    return text.removeprefix(".") or "the definition"
