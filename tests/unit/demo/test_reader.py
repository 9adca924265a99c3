"""Requests come out whole, however their bytes were cut."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.message import Refusal, Request
from demo.reader import MAX_HEAD_BYTES, RequestReader

PLAIN = b"GET /products?page=2 HTTP/1.1\r\nHost: shop\r\n\r\n"
POSTED = b"POST /cart HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST /cart HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;note=x\r\nhel\r\n2\r\nlo\r\n0\r\nDigest: none\r\n\r\n"
)
STREAM = PLAIN + POSTED + CHUNKED + b"\r\n" + PLAIN


def read_all(*pieces: bytes) -> list[Request]:
    reader, requests = RequestReader(), []
    for piece in pieces:
        reader.feed(piece)
        while request := reader.next_request():
            requests.append(request)
    return requests


def test_pipelined_requests_come_out_in_order() -> None:
    assert [(each.head.path, each.body) for each in read_all(STREAM)] == [
        ("/products", b""),
        ("/cart", b"hello"),
        ("/cart", b"hello"),
        ("/products", b""),
    ]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_where_the_bytes_are_cut_changes_nothing(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(edges)]
    assert read_all(*pieces) == read_all(STREAM)


def test_one_byte_at_a_time_is_read_as_well() -> None:
    assert read_all(*(bytes([byte]) for byte in STREAM)) == read_all(STREAM)


@given(st.binary(max_size=300))
def test_rubbish_is_refused_or_awaited_never_a_crash(rubbish: bytes) -> None:
    with suppress(Refusal):
        read_all(rubbish, b"\r\n\r\n")


def test_the_query_is_decoded_and_the_last_of_a_repeated_parameter_counts() -> None:
    (request,) = read_all(b"GET /a%20b?x=1&x=%C3%A4&empty= HTTP/1.1\r\n\r\n")
    assert (request.head.path, dict(request.head.query)) == ("/a b", {"x": "ä", "empty": ""})


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"HELLO\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1, 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nlonger\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\n" + b"x" * MAX_HEAD_BYTES, 431),
    ],
)
def test_what_is_broken_or_too_long_is_refused(data: bytes, status: int) -> None:
    with pytest.raises(Refusal) as refused:
        read_all(data)
    assert refused.value.response.status == status
