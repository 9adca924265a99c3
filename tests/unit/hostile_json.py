"""Documents as somebody might write them who wants a reader to fail: hypothesis' strategies for them."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

HOSTILE_TEXTS = [
    "",
    "../../evil",
    "/tmp/evil",
    "..",
    "[/nope]",
    "[red]",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b2J\r\n",
    "\u202eevil",
    "\ud800",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "x" * 10_000,
]
TEXTS = st.sampled_from(HOSTILE_TEXTS) | st.text(st.characters(), max_size=20)
HOSTILE_NUMBERS = [1e30, -1e30, 1e308, 5e-324, 10**400, -(10**400), 2**63, 1e13, 253_402_300_800, 0, -1, float("nan")]
NUMBERS = st.sampled_from(HOSTILE_NUMBERS) | st.floats() | st.integers()
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """Yields the path of each value in a document, its own first."""
    yield path
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        yield from places(value, (*path, key))


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:  # noqa: ANN401
    """Returns the document with another value at that place."""
    if not path:
        return value
    copied = document.copy()
    copied[path[0]] = replaced(copied[path[0]], path[1:], value)
    return copied


@st.composite
def changed(draw: st.DrawFn, document: Any) -> Any:  # noqa: ANN401
    """A document of which up to two values are others."""
    for _ in range(draw(st.integers(0, 3))):
        document = replaced(document, draw(st.sampled_from(list(places(document)))), draw(VALUES))
    return document


def each_place_with_each_value(document: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yields the document with one hostile value at one place, for every place and every value."""
    others: list[Any] = [None, True, [], {}, [[]], [{}], ["\x1b[2J"], {"\x1b[2J": "\x1b"}]
    for path in places(document):
        for value in [*HOSTILE_TEXTS, *HOSTILE_NUMBERS, *others]:
            yield replaced(document, path, value)


def written(document: Any) -> st.SearchStrategy[bytes]:  # noqa: ANN401
    """A file: a changed document, one that is nested deeply, or no JSON at all."""
    deep = st.sampled_from([b"[" * 100_000, b'{"run":' * 5000, b"9" * 10_000, b"1e999", b'{"run": NaN}'])
    return changed(document).map(lambda one: json.dumps(one).encode()) | deep | st.binary(max_size=50)
