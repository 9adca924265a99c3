import gzip
import tracemalloc
import zlib
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.http.content import ACCEPT_ENCODING, decode_content, stream_decoder
from swarmfile.http.errors import BodyTooLargeError, ContentDecodingError

RAW = zlib.compressobj(wbits=-15)
TEXT = b"hello " * 100
CODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "identity": TEXT,
    "unheard-of": TEXT,
    "": TEXT,
}
BIG = bytes(100 << 20)
BOMBS = {"gzip": gzip.compress(BIG, 1), "deflate": zlib.compress(BIG, 1), "br": brotli.compress(BIG, quality=1)}


@pytest.mark.parametrize(("encoding", "body"), CODED.items())
def test_codings_are_undone(encoding: str, body: bytes) -> None:
    assert decode_content(body, encoding) == TEXT


def test_deflate_without_zlibs_header_is_undone() -> None:
    assert decode_content(RAW.compress(TEXT) + RAW.flush(), "deflate") == TEXT


def test_gzip_of_several_members_is_undone() -> None:
    assert decode_content(gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0", "gzip") == b"ab"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_body_that_is_not_what_it_says_is_a_failure(encoding: str) -> None:
    with pytest.raises(ContentDecodingError, match=encoding):
        decode_content(b"plain text", encoding)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_body_that_is_cut_short_is_a_failure(encoding: str) -> None:
    with pytest.raises(ContentDecodingError, match=encoding):
        decode_content(CODED[encoding][:-3], encoding)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_an_empty_body_has_no_coding(encoding: str) -> None:
    assert decode_content(b"", encoding) == b""


def test_what_is_offered_can_be_undone() -> None:
    assert {coding.strip() for coding in ACCEPT_ENCODING.split(",")} <= set(CODED)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", ""])
def test_a_stream_is_decoded_piece_by_piece(encoding: str) -> None:
    decode = stream_decoder(encoding)
    body = CODED[encoding]
    assert b"".join(piece for at in range(0, len(body), 7) for piece in decode(body[at : at + 7])) == TEXT


@given(st.binary(max_size=40), st.sampled_from(["gzip", "deflate", "br", "gzip, deflate"]))
def test_any_bytes_decode_or_fail_with_a_reason(body: bytes, encoding: str) -> None:
    with suppress(ContentDecodingError):
        assert isinstance(decode_content(body, encoding), bytes)


@pytest.mark.parametrize(("encoding", "bomb"), BOMBS.items())
def test_a_body_that_inflates_beyond_the_limit_is_refused_before_it_is_there(encoding: str, bomb: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError) as refused:
            decode_content(bomb, encoding, 2 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(refused.value) == f"the response's body inflates from {encoding} to more than 2 MiB, see max_body_bytes"
    assert peak < 10 << 20


@pytest.mark.parametrize(("encoding", "bomb"), BOMBS.items())
def test_a_stream_inflates_in_pieces_of_bounded_size(encoding: str, bomb: bytes) -> None:
    sizes = [len(piece) for piece in stream_decoder(encoding)(bomb)]
    assert sum(sizes) == len(BIG)
    assert max(sizes) <= 8 << 20


def test_the_limit_itself_is_no_breach() -> None:
    assert decode_content(CODED["gzip"], "gzip", len(TEXT)) == TEXT
    with pytest.raises(BodyTooLargeError, match="599 bytes"):
        decode_content(CODED["gzip"], "gzip", len(TEXT) - 1)
