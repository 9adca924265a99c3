"""A chunked body means the same however the network splits it, and nothing wrong passes for a body."""

import pytest

from swarmfile.http.chunks import MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, ChunkReader, read_field
from swarmfile.http.errors import MalformedResponseError

WHOLE = b'5;a="x"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n'


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(WHOLE)])
def test_a_body_is_read_in_pieces_of_any_size(size: int) -> None:
    reader, parts = ChunkReader(), []
    for start in range(0, len(WHOLE), size):
        assert not reader.complete
        parts += reader.feed(WHOLE[start : start + size])
    assert (b"".join(parts), reader.complete, reader.leftover) == (b"hello world", True, b"")


def test_what_comes_behind_the_body_is_left_over() -> None:
    reader = ChunkReader()
    reader.feed(WHOLE + b"HTTP/1.1 200")
    assert reader.leftover == b"HTTP/1.1 200"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x\r\n", "malformed size"),
        (b"-1\r\n", "malformed size"),
        (b"0" * 17 + b"\r\n", "malformed size"),
        (b"1\n", "does not end in CR LF"),
        (b"1\r\nab", "does not end where its size says"),
        (b"1;" + b"x" * MAX_CHUNK_LINE_BYTES, "longer than 16 KiB"),
        (b"0\r\nno field\r\n", "malformed header line"),
        (b"0\r\n" + (b"X: " + b"x" * 10_000 + b"\r\n") * (MAX_HEAD_BYTES // 10_000 + 1), "longer than 1 MiB"),
    ],
)
def test_a_malformed_body_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(MalformedResponseError, match=reason):
        ChunkReader().feed(data)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Content-Type: text/html", ("Content-Type", "text/html")),
        ("X-Blank: \t a b \t", ("X-Blank", "a b")),
        ("X-Empty:", ("X-Empty", "")),
        ("X-Colon:a:b", ("X-Colon", "a:b")),
    ],
)
def test_a_field_is_a_name_and_a_value_without_blanks_around_it(line: str, field: tuple[str, str]) -> None:
    assert read_field(line) == field


@pytest.mark.parametrize("line", ["no colon", ": no name", "Blank : x", "X-Nul: \0", "X-Break: a\rb"])
def test_a_malformed_field_is_refused(line: str) -> None:
    with pytest.raises(MalformedResponseError, match="malformed header line"):
        read_field(line)
