from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib.http_errors import ConnectionClosedError, MalformedResponseError
from lib.http_wire import UNTIL_CLOSE, ResponseParser, parse_head, read_head

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def parse(response: bytes, method: str = "GET", *, closed: bool = True) -> ResponseParser:
    parser = ResponseParser(method)
    parser.feed(response)
    if closed:
        parser.end()
    return parser


LEGAL = {
    "a length": (OK + b"Content-Length: 5\r\n\r\nhello", 200, b"hello"),
    "no body": (OK + b"Content-Length: 0\r\n\r\n", 200, b""),
    "the same length twice": (OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "the same length in a list": (OK + b"Content-Length: 5, 5\r\n\r\nhello", 200, b"hello"),
    "until the connection closes": (OK + b"\r\nhello", 200, b"hello"),
    "HTTP/1.0": (b"HTTP/1.0 200 OK\r\n\r\nhello", 200, b"hello"),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "an empty reason": (b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "a reason in Latin-1": (b"HTTP/1.1 404 pas trouv\xe9\r\nContent-Length: 0\r\n\r\n", 404, b""),
    "an unknown status": (b"HTTP/1.1 799 What\r\nContent-Length: 0\r\n\r\n", 799, b""),
    "100 before": (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nhello", 200, b"hello"),
    "many 103 before": (
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 90 + OK + b"Content-Length: 5\r\n\r\nhello",
        200,
        b"hello",
    ),
    "204 with a length": (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b""),
    "chunks": (CHUNKED + b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", 200, b"hello world"),
    "no chunk": (CHUNKED + b"0\r\n\r\n", 200, b""),
    "a chunk of CR LF": (CHUNKED + b"2\r\n\r\n\r\n0\r\n\r\n", 200, b"\r\n"),
    "chunk sizes in either case": (
        CHUNKED + b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
        200,
        b"0123456789" * 2,
    ),
    "zeros before a chunk size": (CHUNKED + b"0005\r\nhello\r\n0000\r\n\r\n", 200, b"hello"),
    "chunk extensions": (CHUNKED + b'5;a=1;b="x y"\r\nhello\r\n0;end\r\n\r\n', 200, b"hello"),
    "blanks behind a chunk size": (CHUNKED + b"5  \r\nhello\r\n0\r\n\r\n", 200, b"hello"),
    "trailers": (CHUNKED + b"5\r\nhello\r\n0\r\nExpires: never\r\nX-Sum: 1\r\n\r\n", 200, b"hello"),
    "chunked in any case": (OK + b"transfer-encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, b"x"),
    "chunked beside a length": (
        OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        200,
        b"x",
    ),
    "a folded header": (OK + b"X-Long: one\r\n  two\r\n\tthree\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "an empty header": (OK + b"X-Empty:\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "blanks around a value": (OK + b"Content-Length: \t 5 \t\r\n\r\nhello", 200, b"hello"),
    "a huge header": (OK + b"X-Big: " + b"x" * 200_000 + b"\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "a thousand headers": (OK + b"X-Many: 1\r\n" * 1000 + b"Content-Length: 5\r\n\r\nhello", 200, b"hello"),
    "3 MB": (OK + b"Content-Length: 3000000\r\n\r\n" + b"x" * 3_000_000, 200, b"x" * 3_000_000),
    "3 MB in chunks": (CHUNKED + (b"2710\r\n" + b"x" * 10_000 + b"\r\n") * 300 + b"0\r\n\r\n", 200, b"x" * 3_000_000),
}

BROKEN = {
    "rubbish": (b"SSH-2.0-OpenSSH_9.6\r\n", "does not start with"),
    "a blank line first": (b"\r\n" + OK + b"Content-Length: 0\r\n\r\n", "does not start with"),
    "HTTP/2": (b"HTTP/2 200\r\n\r\n", "does not start with"),
    "HTTP/0.9": (b"<html></html>", "does not start with"),
    "a status of two digits": (b"HTTP/1.1 20 OK\r\n\r\n", "does not start with"),
    "a status of four digits": (b"HTTP/1.1 2000 OK\r\n\r\n", "does not start with"),
    "a status below 100": (b"HTTP/1.1 099 OK\r\n\r\n", "does not start with"),
    "two blanks before the status": (b"HTTP/1.1  200 OK\r\n\r\n", "does not start with"),
    "a control character in the reason": (b"HTTP/1.1 200 O\x00K\r\n\r\n", "does not start with"),
    "an upgrade": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "switched to another protocol"),
    "line feeds only": (b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "do not end in CR LF"),
    "a line feed of its own": (OK + b"\nHTTP/1.1 100 Continue\r\n\r\n", "do not end in CR LF"),
    "one line feed only": (OK + b"X-A: 1\nX-B: 2\r\n\r\n", "malformed header"),
    "a lone carriage return": (OK + b"X-A: 1\rX-B: 2\r\n\r\n", "malformed header"),
    "a zero byte": (OK + b"X-A: 1\x002\r\n\r\n", "malformed header"),
    "a header without colon": (OK + b"Content-Length 5\r\n\r\nhello", "malformed header"),
    "a header without name": (OK + b": 5\r\n\r\nhello", "malformed header"),
    "a blank before the colon": (OK + b"Content-Length : 5\r\n\r\nhello", "malformed header"),
    "a blank within the name": (OK + b"Content Length: 5\r\n\r\nhello", "malformed header"),
    "a fold behind the status line": (OK + b" folded: 1\r\n\r\n", "malformed header"),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\nhello", "Content-Length"),
    "a length with a sign": (OK + b"Content-Length: +5\r\n\r\nhello", "Content-Length"),
    "a length in hex": (OK + b"Content-Length: 0x5\r\n\r\nhello", "Content-Length"),
    "an empty length": (OK + b"Content-Length:\r\n\r\nhello", "Content-Length"),
    "two lengths": (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Content-Length"),
    "two lengths in a list": (OK + b"Content-Length: 5, 6\r\n\r\nhello", "Content-Length"),
    "a length beyond all memory": (OK + b"Content-Length: 99999999999999999999\r\n\r\n", "Content-Length"),
    "an unknown transfer coding": (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "was offered"),
    "a transfer coding behind chunked": (OK + b"Transfer-Encoding: chunked, gzip\r\n\r\n", "was offered"),
    "chunked twice": (OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n", "was offered"),
    "no chunk size": (CHUNKED + b"\r\nhello\r\n0\r\n\r\n", "malformed size"),
    "a chunk size with 0x": (CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n", "malformed size"),
    "a negative chunk size": (CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n", "malformed size"),
    "a chunk size that overflows": (CHUNKED + b"1" + b"0" * 16 + b"\r\n", "malformed size"),
    "a chunk longer than its size": (CHUNKED + b"4\r\nhello\r\n0\r\n\r\n", "does not end where"),
    "a chunk that ends in a line feed": (CHUNKED + b"5\r\nhello\n0\r\n\r\n", "does not end where"),
    "a chunk line that ends in a line feed": (CHUNKED + b"5\nhello\r\n0\r\n\r\n", "does not end in CR LF"),
    "an endless chunk line": (CHUNKED + b"5;" + b"x" * 20_000, "longer than 16 KiB"),
    "a malformed trailer": (CHUNKED + b"0\r\nno trailer\r\n\r\n", "malformed header"),
    "an endless head": (OK + b"X-Many: 1\r\n" * 120_000, "longer than 1 MiB"),
    "endless 1xx": (b"HTTP/1.1 100 Continue\r\n\r\n" * 200, "more than 100 interim"),
}

CUT = {
    "without a byte": (b"", "without a response"),
    "in the status line": (b"HTTP/1.1 2", "within the response's head"),
    "in the headers": (OK + b"Content-Le", "within the response's head"),
    "behind a 100": (b"HTTP/1.1 100 Continue\r\n\r\n", "without a response"),
    "in the body": (OK + b"Content-Length: 5\r\n\r\nhell", "before the whole body"),
    "before the body": (OK + b"Content-Length: 5\r\n\r\n", "before the whole body"),
    "in a chunk size": (CHUNKED + b"5", "before the whole body"),
    "in a chunk": (CHUNKED + b"5\r\nhel", "before the whole body"),
    "before the last chunk": (CHUNKED + b"5\r\nhello\r\n", "before the whole body"),
    "in the trailers": (CHUNKED + b"0\r\nX-Sum: 1\r\n", "before the whole body"),
}


@pytest.mark.parametrize(("response", "status", "body"), LEGAL.values(), ids=LEGAL)
def test_what_a_server_may_send_is_read(response: bytes, status: int, body: bytes) -> None:
    parser = parse(response)
    assert parser.head is not None
    assert (parser.head.status, parser.body, parser.complete, parser.leftover) == (status, body, True, b"")


@pytest.mark.parametrize(("response", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_a_server_may_not_send_is_a_failure_with_a_reason(response: bytes, reason: str) -> None:
    with pytest.raises(MalformedResponseError, match=reason):
        parse(response)


@pytest.mark.parametrize(("response", "reason"), CUT.values(), ids=CUT)
def test_a_connection_that_closes_too_early_is_a_failure_with_a_reason(response: bytes, reason: str) -> None:
    with pytest.raises(ConnectionClosedError, match=reason):
        parse(response)


RESPONSES = [response for response, *_ in LEGAL.values()] + [response for response, _ in (BROKEN | CUT).values()]
SHORT = [response for response in RESPONSES if len(response) < 300]


def outcome(response: bytes, cuts: list[int]) -> tuple[object, ...]:
    """What a response means when it arrives cut at these places."""
    parser = ResponseParser()
    try:
        for piece in pieces(response, cuts):
            parser.feed(piece)
        parser.end()
    except (MalformedResponseError, ConnectionClosedError) as error:
        return (str(error),)
    assert parser.head is not None
    return parser.head.status, parser.head.headers.fields, parser.body, parser.leftover


def pieces(response: bytes, cuts: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(cuts), len(response)]
    yield from (response[start:end] for start, end in pairwise(edges))


@pytest.mark.parametrize("response", SHORT)
def test_a_response_means_the_same_byte_by_byte(response: bytes) -> None:
    assert outcome(response, list(range(len(response)))) == outcome(response, [])


@pytest.mark.parametrize("response", SHORT)
def test_a_response_means_the_same_split_once_anywhere(response: bytes) -> None:
    assert {outcome(response, [cut]) for cut in range(len(response) + 1)} == {outcome(response, [])}


TOKENS = st.sampled_from(
    [
        *[b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 204 No\r\n", b"HTTP/1.1 304\r\n"],
        *[b"\r\n", b"\r", b"\n", b" ", b"\t", b":", b";", b",", b"0", b"5", b"a", b"\0", b"\xff", b"hello"],
        *[b"Content-Length: 5\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n"],
        *[b"0\r\n\r\n", b"\r\n\r\n", b"Connection: close\r\n", b"X: y\r\n", b"X: y\r\n z\r\n"],
    ]
)
STREAMS = st.one_of(st.lists(TOKENS, max_size=14).map(b"".join), st.binary(max_size=60), st.sampled_from(SHORT))


@given(start=st.sampled_from([b"", OK, CHUNKED, OK + b"Content-Length: 5\r\n"]), rest=STREAMS, data=st.data())
def test_no_stream_of_bytes_means_something_else_when_split(start: bytes, rest: bytes, data: st.DataObject) -> None:
    response = start + rest
    cuts = data.draw(st.lists(st.integers(0, len(response)), max_size=6))
    assert outcome(response, cuts) == outcome(response, [])


@given(parts=st.lists(st.binary(min_size=1, max_size=50), max_size=8), data=st.data())
def test_a_chunked_body_is_what_was_sent(parts: list[bytes], data: st.DataObject) -> None:
    response = CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    cuts = data.draw(st.lists(st.integers(0, len(response)), max_size=6))
    assert outcome(response, cuts)[2:] == (b"".join(parts), b"")


@pytest.mark.parametrize(
    "response",
    [OK + b"Content-Length: 500\r\n\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n", OK + b"\r\n"],
)
def test_a_response_to_head_has_no_body(response: bytes) -> None:
    parser = parse(response, "HEAD", closed=False)
    assert parser.complete
    assert parser.body == b""


def test_what_follows_a_response_is_left_over() -> None:
    assert parse(OK + b"Content-Length: 2\r\n\r\nhiHTTP/1.1 200 OK", closed=False).leftover == b"HTTP/1.1 200 OK"
    assert parse(CHUNKED + b"0\r\n\r\nmore", closed=False).leftover == b"more"
    assert parse(b"HTTP/1.1 204 No Content\r\n\r\nbody", closed=False).leftover == b"body"


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


def test_a_body_that_is_not_kept_is_counted() -> None:
    parser = ResponseParser(keep_body=False)
    parser.feed(CHUNKED + b"5\r\nhello\r\n0\r\n\r\n")
    assert (parser.body_bytes, parser.body, parser.complete) == (5, b"", True)


def test_a_body_without_length_ends_with_the_connection() -> None:
    parser = parse(OK + b"\r\nhello", closed=False)
    assert parser.head is not None
    assert (parser.head.length, parser.complete) == (UNTIL_CLOSE, False)
