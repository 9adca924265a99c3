"""Difficult responses: what a server may send, what it may not, what is cut; and what is made of them."""

from collections.abc import Iterator
from itertools import pairwise

from swarmfile.http.errors import ConnectionClosedError, MalformedResponseError
from swarmfile.http.wire import ResponseParser

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

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

RESPONSES = [response for response, *_ in LEGAL.values()] + [response for response, _ in (BROKEN | CUT).values()]
SHORT = [response for response in RESPONSES if len(response) < 300]


def outcome(response: bytes, cuts: list[int]) -> tuple[object, ...]:
    """What a response means when it arrives cut at these places and the connection then ends."""
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


# What streams are made of that are neither right nor quite wrong.
TOKENS = [
    *[b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 204 No\r\n", b"HTTP/1.1 304\r\n"],
    *[b"\r\n", b"\r", b"\n", b" ", b"\t", b":", b";", b",", b"0", b"5", b"a", b"\0", b"\xff", b"hello"],
    *[b"Content-Length: 5\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n"],
    *[b"0\r\n\r\n", b"\r\n\r\n", b"Connection: close\r\n", b"X: y\r\n", b"X: y\r\n z\r\n"],
]
