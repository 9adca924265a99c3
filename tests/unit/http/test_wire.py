import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swarmfile.http.errors import ConnectionClosedError, MalformedResponseError
from swarmfile.http.head import UNTIL_CLOSE
from swarmfile.http.wire import ResponseParser
from tests.unit.http.corpus import BROKEN, CHUNKED, CUT, LEGAL, OK, SHORT, TOKENS, outcome


def parse(response: bytes, method: str = "GET", *, closed: bool = True) -> ResponseParser:
    parser = ResponseParser(method)
    parser.feed(response)
    if closed:
        parser.end()
    return parser


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


@pytest.mark.parametrize("response", SHORT)
def test_a_response_means_the_same_byte_by_byte(response: bytes) -> None:
    assert outcome(response, list(range(len(response)))) == outcome(response, [])


@pytest.mark.parametrize("response", SHORT)
def test_a_response_means_the_same_split_once_anywhere(response: bytes) -> None:
    assert {outcome(response, [cut]) for cut in range(len(response) + 1)} == {outcome(response, [])}


STREAMS = st.one_of(
    st.lists(st.sampled_from(TOKENS), max_size=14).map(b"".join), st.binary(max_size=60), st.sampled_from(SHORT)
)
CUTS = st.lists(st.integers(0, 400), max_size=6)


def within(response: bytes, cuts: list[int]) -> list[int]:
    return [cut % (len(response) + 1) for cut in cuts]


@given(start=st.sampled_from([b"", OK, CHUNKED, OK + b"Content-Length: 5\r\n"]), rest=STREAMS, cuts=CUTS)
@example(start=OK, rest=b"\nHTTP/1.1 100 Continue\r\n\r\n", cuts=[18])
@example(start=OK, rest=b"\nHTTP/1.1 100 Continue\r\n\r\n", cuts=[17, 19, 42])
def test_no_stream_of_bytes_means_something_else_when_split(start: bytes, rest: bytes, cuts: list[int]) -> None:
    response = start + rest
    assert outcome(response, within(response, cuts)) == outcome(response, [])


@given(parts=st.lists(st.binary(min_size=1, max_size=50), max_size=8), cuts=CUTS)
def test_a_chunked_body_is_what_was_sent(parts: list[bytes], cuts: list[int]) -> None:
    response = CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert outcome(response, within(response, cuts))[2:] == (b"".join(parts), b"")


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


def test_a_body_that_is_not_kept_is_counted() -> None:
    parser = ResponseParser(keep_body=False)
    parser.feed(CHUNKED + b"5\r\nhello\r\n0\r\n\r\n")
    assert (parser.body_bytes, parser.body, parser.complete) == (5, b"", True)


def test_a_body_without_length_ends_with_the_connection() -> None:
    parser = parse(OK + b"\r\nhello", closed=False)
    assert parser.head is not None
    assert (parser.head.length, parser.complete) == (UNTIL_CLOSE, False)
