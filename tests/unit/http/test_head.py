import pytest

from swarmfile.http import head as http_head
from swarmfile.http.head import Head, parse_head, read_head
from tests.unit.http.corpus import OK


@pytest.mark.parametrize(
    ("head", "keeps"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: foo, Close\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: foo\r\nConnection: close\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", False),
        (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_a_connection_is_kept_only_where_the_end_is_beyond_doubt(head: bytes, keeps: bool) -> None:
    assert parse_head(head).keep_alive is keeps


def test_a_folded_header_reads_as_one_line() -> None:
    assert parse_head(OK + b"X-Long: one\r\n  two \r\n\tthree\r\n\r\n").headers["x-long"] == "one two three"


def test_equal_header_blocks_are_parsed_once() -> None:
    block = OK + b"Content-Length: 5\r\nX-Once: 1\r\n\r\n"
    assert read_head(block) is read_head(bytes(bytearray(block)))


def test_a_head_reads_the_same_whatever_was_read_before() -> None:
    def facts(head: Head) -> tuple[object, ...]:
        return head.status, head.reason, head.headers.fields, head.length, head.keep_alive, head.set_cookies, head.plain

    blocks = [OK + b"Set-Cookie: a=%d\r\nX-Id: %d\r\nContent-Length: %d\r\n\r\n" % (n, n, n % 3) for n in range(1200)]
    fresh = []
    for block in blocks:
        http_head._known_lines.clear()
        http_head._facts.cache_clear()
        fresh.append(facts(parse_head(block)))
    assert [facts(parse_head(block)) for block in blocks * 2] == fresh * 2


def test_caches_of_what_never_comes_again_stay_small() -> None:
    for number in range(3000):
        read_head(OK + b"X-Id: %d\r\n\r\n" % number)
    assert len(http_head.known_heads) <= http_head.MAX_CACHED_HEADS
    assert len(http_head._known_lines) <= http_head.MAX_KNOWN_LINES


def test_fields_are_read_as_they_came_when_somebody_asks() -> None:
    headers = parse_head(OK + b"X-One:  1 \r\nx-one:2\r\nEmpty:\r\n\r\n").headers
    assert headers.fields == (("X-One", "1"), ("x-one", "2"), ("Empty", ""))
    assert (headers["X-ONE"], headers.get_list("x-one"), headers["empty"]) == ("1, 2", ["1", "2"], "")
