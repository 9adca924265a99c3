"""Turns the bytes of a connection into requests, however they were cut into pieces."""

from functools import lru_cache

from demo.message import Head, Refusal, Request, failure

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_LINE_BYTES = 1024
VERSIONS = ("HTTP/1.1", "HTTP/1.0")


class RequestReader:
    """Takes bytes with `feed` and gives whole requests with `next_request`.

    What it holds back is bounded by one head and one body. Broken input raises Refusal, after which
    the connection cannot be used again: where the next request would begin is unknown.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head: Head | None = None
        self._body = bytearray()
        self._chunk_left = 0

    @property
    def waiting_bytes(self) -> int:
        """Bytes that were received and are not yet part of a request."""
        return len(self._buffer)

    @property
    def awaited(self) -> Head | None:
        """The head of the request whose body is still on its way."""
        return self._head

    def feed(self, data: bytes) -> None:
        """Adds what was received."""
        self._buffer += data

    def next_request(self) -> Request | None:
        """Returns the next whole request, None when more bytes are needed."""
        if self._head is None:
            self._head = self._take_head()
        if self._head is None or not self._body_is_whole(self._head):
            return None
        request = Request(self._head, bytes(self._body))
        self._head, self._body = None, bytearray()
        return request

    def _take_head(self) -> Head | None:
        while self._buffer.startswith(b"\r\n"):  # Allowed between requests, and sent by some clients after a body.
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n", 0, MAX_HEAD_BYTES)
        if end < 0:
            if len(self._buffer) >= MAX_HEAD_BYTES:
                raise Refusal(failure(431, f"the head is longer than {MAX_HEAD_BYTES} bytes"))
            return None
        head = parse_head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        return head

    def _body_is_whole(self, head: Head) -> bool:
        if "transfer-encoding" in head.headers:
            return self._take_chunks()
        missing = content_length(head) - len(self._body)
        if missing > 0:
            self._move(missing)
        return len(self._body) == content_length(head)

    def _move(self, count: int) -> int:
        piece = self._buffer[:count]
        self._body += piece
        del self._buffer[:count]
        return len(piece)

    def _take_chunks(self) -> bool:
        """Moves chunks to the body; True after the last one and its trailers. One byte below 0 marks the trailers."""
        while self._chunk_left >= 0:
            if self._chunk_left == 0 and not self._begin_chunk():
                return False
            if self._chunk_left > 0 and not self._continue_chunk():
                return False
        return self._skip_trailers()

    def _begin_chunk(self) -> bool:
        line = self._take_line()
        if line is None:
            return False
        size = chunk_size(line)
        if len(self._body) + size > MAX_BODY_BYTES:
            raise Refusal(failure(413, f"the body is longer than {MAX_BODY_BYTES} bytes"))
        # The line end after the data counts as part of the chunk, so that it is awaited like the data.
        self._chunk_left = size + 2 if size else -1
        return True

    def _continue_chunk(self) -> bool:
        data_left = self._chunk_left - 2
        if data_left > 0:
            self._chunk_left -= self._move(data_left)
        if self._chunk_left > 2 or len(self._buffer) < 2:
            return False
        if not self._buffer.startswith(b"\r\n"):
            raise Refusal(failure(400, "a chunk is longer than its size says"))
        del self._buffer[:2]
        self._chunk_left = 0
        return True

    def _skip_trailers(self) -> bool:
        while (line := self._take_line()) is not None:
            if not line:
                self._chunk_left = 0
                return True
        return False

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n", 0, MAX_LINE_BYTES)
        if end < 0:
            if len(self._buffer) >= MAX_LINE_BYTES:
                raise Refusal(failure(400, "a chunk's line is too long"))
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line


@lru_cache(maxsize=256)
def parse_head(block: bytes) -> Head:
    """Parses a head without its last empty line; load generators send the same few again and again."""
    first, *lines = block.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in VERSIONS or not words[1].startswith(("/", "*", "http")):
        raise Refusal(failure(400, "the request line is not: METHOD /path HTTP/1.1"))
    head = Head(words[0], _origin_form(words[1]), words[2], _headers(lines))
    _check_framing(head)
    return head


def _origin_form(target: str) -> str:
    """A proxy's client sends the whole address; the path is what is routed."""
    return "/" + target.split("/", 3)[3] if target.count("/") > 2 and target.startswith("http") else target


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Refusal(failure(400, "a header line is not: Name: value"))
        known = headers.get(name.lower())
        headers[name.lower()] = value.strip() if known is None else f"{known}, {value.strip()}"
    return headers


def _check_framing(head: Head) -> None:
    coding = head.headers.get("transfer-encoding")
    if coding is not None and ("content-length" in head.headers or coding.lower() != "chunked"):
        raise Refusal(failure(400, "transfer-encoding: only chunked, and without content-length"))
    if content_length(head) > MAX_BODY_BYTES:
        raise Refusal(failure(413, f"the body is longer than {MAX_BODY_BYTES} bytes"))


def content_length(head: Head) -> int:
    """Returns the body's length in bytes. Raises Refusal (400) when it is not a number."""
    text = head.headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise Refusal(failure(400, "content-length: write a number of bytes"))
    return int(text)


def chunk_size(line: bytes) -> int:
    """Returns a chunk's size in bytes; extensions after a semicolon say nothing to us."""
    digits = line.partition(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF") or len(digits) > 8:
        raise Refusal(failure(400, "a chunk's size is not a hexadecimal number"))
    return int(digits, 16)
