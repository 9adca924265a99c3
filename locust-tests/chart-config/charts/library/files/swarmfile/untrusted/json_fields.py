"""Reads JSON that somebody else may have written: bounded, finite, each field of the type that it must have."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from swarmfile.untrusted.text import plain

MOST_BYTES = 64 * 1024 * 1024
# Above any count, time in ms and moment; below it, integers are exact and become no infinite float.
LARGEST = 2.0**53


def loads(text: str | bytes, most: int = MOST_BYTES) -> Any:  # noqa: ANN401 - any JSON
    """Returns what the text holds, None for NaN and infinity. Raises ValueError where it is no JSON, or too large."""
    if len(text) > most:
        raise ValueError(f"is larger than {most:,} bytes")
    try:
        return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:20]} is no finite number")
    return value


@dataclass(frozen=True)
class Fields:
    """An object's fields, by type; each method raises ValueError with the field's name, texts are without controls."""

    content: Mapping[str, Any]

    @classmethod
    def of(cls, value: object, what: str = "it") -> "Fields":
        """Returns the fields of an object."""
        if not isinstance(value, Mapping):
            raise ValueError(f"{what} is no object")
        return cls(value)

    def text(self, name: str, default: str | None = None) -> str:
        """Returns a text on one line."""
        return _text(name, self._given(name, default))

    def texts(self, name: str) -> tuple[str, ...]:
        """Returns a list of texts, empty where it is missing."""
        return tuple(_text(name, each) for each in self.each(name))

    def each(self, name: str) -> tuple[Any, ...]:
        """Returns a list, empty where it is missing."""
        values = self._given(name, ())
        if not isinstance(values, list | tuple):
            raise ValueError(f"{name} is no list")
        return tuple(values)

    def mapping(self, name: str) -> "Fields":
        """Returns an object's fields, none where it is missing."""
        return Fields.of(self._given(name, {}), name)

    def texts_by_name(self, name: str) -> dict[str, str]:
        """Returns an object of texts; numbers and the like as JSON writes them."""
        fields = self.mapping(name).content.items()
        return {plain(str(key)): plain(each if isinstance(each, str) else json.dumps(each)) for key, each in fields}

    def number(self, name: str, default: float | None = None, lowest: float = -LARGEST) -> float:
        """Returns a number that is at least `lowest`."""
        value = self.number_or_none(name, lowest)
        if value is None and default is None:
            raise ValueError(f"{name} is missing")
        return value if value is not None else default or 0

    def number_or_none(self, name: str, lowest: float = -LARGEST) -> float | None:
        """Returns a number, None where it is missing."""
        value = self.content.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{name} is no number: {_short(value)}")
        if not lowest <= value <= LARGEST:
            raise ValueError(f"{name} is no possible number: {value:g}" if isinstance(value, float) else _huge(name))
        return value

    def count(self, name: str, default: int | None = None) -> int:
        """Returns a whole number from 0."""
        return int(self.number(name, default, lowest=0))

    def _given(self, name: str, default: Any) -> Any:  # noqa: ANN401
        value = self.content.get(name)
        if value is None and default is None:
            raise ValueError(f"{name} is missing")
        return default if value is None else value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text: {_short(value)}")
    return plain(value)


def _huge(name: str) -> str:
    # Thousands of digits cannot even be written.
    return f"{name} is no possible number"


def _short(value: object) -> str:
    return type(value).__name__ if isinstance(value, int | list | dict) else plain(str(value))[:40]
