"""Header fields: read-only ones of a response, and those a client sends, which tell when they change."""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence

from swarmfile.http.chunks import read_field

Fields = tuple[tuple[str, str], ...]


class Headers(Mapping[str, str]):
    """A response's fields, looked up without regard to case; a repeated field reads as one, joined by ", ".

    Responses with the same header block share one instance, so nothing can be set.
    """

    __slots__ = ("_by_name", "_fields", "_lines")

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: Fields | None = tuple(fields)
        self._lines: Sequence[str] = ()
        self._by_name: dict[str, str] | None = None

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> "Headers":
        """Returns the fields that `lines`, which were checked, hold; they are read when somebody asks."""
        headers = cls.__new__(cls)
        headers._fields = headers._by_name = None
        headers._lines = lines
        return headers

    @property
    def fields(self) -> Fields:
        """Names and values in the order received."""
        if self._fields is None:
            self._fields = tuple(map(read_field, self._lines))
        return self._fields

    def _index(self) -> dict[str, str]:
        """Made at the first look-up: most responses of a load test are never asked."""
        if self._by_name is None:
            index: dict[str, str] = {}
            for name, value in self.fields:
                key = name.lower()
                index[key] = f"{index[key]}, {value}" if key in index else value
            self._by_name = index
        return self._by_name

    def __getitem__(self, name: str) -> str:
        return self._index()[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._index()

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        for name, _ in self.fields:
            if name.lower() not in seen:
                seen.add(name.lower())
                yield name

    def __len__(self) -> int:
        return len(self._index())

    def get_list(self, name: str) -> list[str]:
        """Returns each occurrence's value, in the order received."""
        return [value for field, value in self.fields if field.lower() == name.lower()]

    def __repr__(self) -> str:
        return f"Headers({list(self.fields)!r})"


class RequestHeaders(MutableMapping[str, str]):
    """Fields a client sends, without regard to case; calls `on_change` after each change."""

    __slots__ = ("_fields", "_on_change")

    def __init__(self, fields: Mapping[str, str] | None = None, on_change: Callable[[], None] = lambda: None) -> None:
        self._fields: dict[str, tuple[str, str]] = {}
        self._on_change: Callable[[], None] = lambda: None
        self.update(fields or {})
        self._on_change = on_change

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()][1]

    def __setitem__(self, name: str, value: str) -> None:
        self._fields[name.lower()] = (name, value)
        self._on_change()

    def __delitem__(self, name: str) -> None:
        del self._fields[name.lower()]
        self._on_change()

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._fields.values())

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"RequestHeaders({dict(self.items())!r})"
