"""Layers of values as helmfile merges them: maps deeply, everything else by the later one, null included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from swarmfile.cli.definition.values import Path, Value, Values


@dataclass(frozen=True)
class Layer:
    """Values with the place they come from: a file's path in the clone, or a flag."""

    source: str
    values: Values


def merged(layers: Sequence[Layer]) -> dict[str, Value]:
    """Returns one map of all layers, later ones over earlier ones, sharing nothing with them."""
    result: dict[str, Value] = {}
    for layer in layers:
        result = _over(result, layer.values)
    return result


def _over(base: Values, over: Values) -> dict[str, Value]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = _over(below if isinstance(below, Mapping) else {}, value) if isinstance(value, Mapping) else value
    return result


def source_of(layers: Sequence[Layer], path: Path) -> str:
    """Returns the source of the last layer that says something at `path`, or of the nearest place above it."""
    for depth in range(len(path), 0, -1):
        for layer in reversed(layers):
            if _holds(layer.values, path[:depth]):
                return layer.source
    return layers[-1].source


def _holds(values: Value, path: Path) -> bool:
    for step in path:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True
