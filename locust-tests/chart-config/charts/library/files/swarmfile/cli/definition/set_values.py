r"""Reads `--set` as helm does: `a.b=1,list={x,y},stages[0].users=5`, with `\` before what is meant as text."""

import re
from collections.abc import Iterator
from itertools import pairwise

from swarmfile.cli.definition.values import Path, Value
from swarmfile.cli.errors import BadInputError

HIGHEST_INDEX = 65536
_INTEGER = re.compile(r"[+-]?[1-9]\d*|0")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def assign(values: dict[str, Value], text: str) -> None:
    """Sets in `values` what one `--set` says; raises BadInputError where it cannot be read."""
    for path, value in assignments(text):
        _put(values, path, value)


def assignments(text: str) -> Iterator[tuple[Path, Value]]:
    """Yields each path with its value, typed as helm types it: true, false, null, whole numbers, else text."""
    scanner = _Scanner(text)
    while not scanner.done:
        path = _path(scanner)
        yield path, _value(scanner)


class _Scanner:
    """Walks over the text; a character after a backslash never ends a part."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    @property
    def done(self) -> bool:
        return self.position >= len(self.text)

    def take(self, character: str) -> bool:
        found = self.text.startswith(character, self.position)
        self.position += found
        return found

    def until(self, stops: str) -> tuple[str, str]:
        """Returns what stands before the next of `stops`, and which one it was: empty at the end of the text."""
        part = ""
        while not self.done:
            character = self.text[self.position]
            self.position += 1
            if character in stops:
                return part, character
            if character == "\\":
                character = self.text[self.position : self.position + 1]
                self.position += 1
            part += character
        return part, ""

    def refuse(self, what: str) -> BadInputError:
        return BadInputError(f"--set {self.text}: {what}; write key=value, for example loadTest.users=10")


def _path(scanner: _Scanner) -> Path:
    path: list[str | int] = []
    stop = "."
    while stop != "=":
        name, following = scanner.until("=[,.")
        if bool(name) != (stop == "."):
            raise scanner.refuse(f"{name!r} after an index" if name else "a key is empty")
        path += [name] if name else []
        if following not in ("=", ".", "["):
            raise scanner.refuse(f"{name!r} has no value")
        if following == "[":
            path.append(_index(scanner))
        stop = "]" if following == "[" else following
    return tuple(path)


def _index(scanner: _Scanner) -> int:
    digits, stop = scanner.until("]")
    if not stop or not digits.isdecimal() or int(digits) > HIGHEST_INDEX:
        raise scanner.refuse(f"[{digits}{stop} is not an index from 0 to {HIGHEST_INDEX}")
    return int(digits)


def _value(scanner: _Scanner) -> Value:
    if scanner.take("{"):
        return _list(scanner)
    return _typed(scanner.until(",")[0])


def _list(scanner: _Scanner) -> list[Value]:
    items: list[Value] = []
    while True:
        item, stop = scanner.until(",}")
        if not stop:
            raise scanner.refuse("a list must end with }")
        items.append(_typed(item))
        if stop == "}":
            scanner.take(",")
            return items


def _typed(text: str) -> Value:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if _INTEGER.fullmatch(text) else text


def _put(values: dict[str, Value], path: Path, value: Value) -> None:
    place: Value = values
    for step, following in pairwise(path):
        _make_room(place, step)
        kind = list if isinstance(following, int) else dict
        if not isinstance(_entry(place, step), kind):
            place[step] = kind()
        place = place[step]
    _make_room(place, path[-1])
    place[path[-1]] = value


def _entry(place: Value, step: str | int) -> Value:
    return place.get(step) if isinstance(place, dict) else place[step]


def _make_room(place: Value, step: str | int) -> None:
    if isinstance(place, list) and isinstance(step, int):
        place.extend([None] * (step + 1 - len(place)))
