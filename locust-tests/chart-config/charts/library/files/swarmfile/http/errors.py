"""What can go wrong with a request, in words that Locust's statistics can group by.

No message holds a number that differs from request to request: Locust counts failures by their text.
All of them are `requests.RequestException`s, so that scripts written for HttpUser catch them as before; what the
operating system says is one too, and stays what FastHttpUser's scripts catch (ConnectionRefusedError, say).
"""

import ssl
from functools import cache
from typing import Any

from requests.exceptions import (
    ChunkedEncodingError,
    ConnectionError,  # noqa: A004 - the name that scripts know from requests
    ConnectTimeout,
    ContentDecodingError,
    HTTPError,
    InvalidHeader,
    InvalidURL,
    ProxyError,
    ReadTimeout,
    RequestException,
    SSLError,
    TooManyRedirects,
)

__all__ = [
    "BodyTooLargeError",
    "ChunkedEncodingError",
    "ConnectTimeout",
    "ConnectionClosedError",
    "ConnectionError",
    "ContentDecodingError",
    "HTTPError",
    "InvalidHeader",
    "InvalidURL",
    "MalformedResponseError",
    "ProxyError",
    "ReadTimeout",
    "RequestException",
    "SSLError",
    "TooManyRedirects",
]


class MalformedResponseError(ConnectionError):
    """The server sent what HTTP/1.1 does not allow; the message says what."""


class ConnectionClosedError(ConnectionError):
    """The server closed the connection before its response was complete."""


class BodyTooLargeError(RequestException):
    """A body is longer than `max_body_bytes`, as it came or without its content codings; the message says so."""

    def __init__(self, most_bytes: float, coding: str = "") -> None:
        length = f"inflates from {coding} to" if coding else "is"
        super().__init__(f"the response's body {length} more than {_size(most_bytes)}, see max_body_bytes")


def as_requests(error: OSError) -> RequestException:
    """Returns an error of the operating system as one that is requests' as well, of the same name and text."""
    if isinstance(error, RequestException):
        return error
    kind: Any = type(error)
    both = _both(kind)(*error.args)
    both.__cause__ = error
    return both


@cache
def _both(kind: type[Any]) -> type[RequestException]:
    family = SSLError if issubclass(kind, ssl.SSLError) else ConnectionError
    both: type[RequestException] = type(kind.__name__, (family, kind), {})
    return both


def _size(size_bytes: float) -> str:
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size_bytes % unit == 0:
            return f"{size_bytes / unit:.0f} {name}"
    return f"{size_bytes:.0f} bytes"
