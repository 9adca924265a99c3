import pytest

from swarmfile.http.errors import BodyTooLargeError
from swarmfile.http.text import charset, decode, lines, resized

PIECES = [b"a\r\nbc", b"d\n", b"", b"\n\nlast"]


@pytest.mark.parametrize(
    ("content_type", "is_"),
    [
        ("", None),
        ("text/plain", "ISO-8859-1"),
        ("application/json", "utf-8"),
        ("image/png", None),
        ('text/html; charset="UTF-8"', "utf-8"),
    ],
)
def test_a_content_type_names_a_charset_as_requests_reads_it(content_type: str, is_: str | None) -> None:
    assert charset(content_type) == is_


@pytest.mark.parametrize("encoding", [None, "utf-8", "no-such-charset"])
def test_text_is_read_whatever_the_charset(encoding: str | None) -> None:
    assert decode("grüße".encode(), encoding) == "grüße"


@pytest.mark.parametrize(
    ("delimiter", "found"),
    [
        (None, [b"a", b"bcd", b"", b"", b"last"]),
        (b"\n\n", [b"a\r\nbcd", b"\nlast"]),
        (b"c", [b"a\r\nb", b"d\n\n\nlast"]),
    ],
)
def test_a_line_ends_where_its_end_is_in_whatever_piece(delimiter: bytes | None, found: list[bytes]) -> None:
    assert list(lines(PIECES, delimiter, 100)) == found


def test_a_line_is_there_as_soon_as_it_is_complete() -> None:
    def pieces() -> object:
        yield b"one\ntw"
        raise AssertionError("waited for more")

    assert next(lines(pieces(), None, 100)) == b"one"  # type: ignore[arg-type]


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(BodyTooLargeError):
        list(lines([b"x" * 60, b"x" * 60], None, 100))


@pytest.mark.parametrize(
    ("size", "waits", "found"),
    [
        (None, True, [b"abc", b"d", b"efgh"]),
        (2, True, [b"ab", b"cd", b"ef", b"gh"]),
        (3, False, [b"abc", b"d", b"efg", b"h"]),
        (5, True, [b"abcde", b"fgh"]),
    ],
)
def test_pieces_have_the_size_that_is_asked_for(size: int | None, waits: bool, found: list[bytes]) -> None:
    assert list(resized([b"abc", b"", b"d", b"efgh"], size, waits=waits)) == found
