import gzip
import zlib
from contextlib import suppress

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lib.http_content import ACCEPT_ENCODING, decode_content, stream_decoder
from lib.http_errors import ContentDecodingError

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
    assert b"".join(decode(body[at : at + 7]) for at in range(0, len(body), 7)) == TEXT


@given(st.binary(max_size=40), st.sampled_from(["gzip", "deflate", "br", "gzip, deflate"]))
def test_any_bytes_decode_or_fail_with_a_reason(body: bytes, encoding: str) -> None:
    with suppress(ContentDecodingError):
        assert isinstance(decode_content(body, encoding), bytes)
