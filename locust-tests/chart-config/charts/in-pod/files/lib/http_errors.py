"""What can go wrong with a request, in words that Locust's statistics can group by.

No message holds a number that differs from request to request: Locust counts failures by their text.
All of them are `requests.RequestException`s, so that scripts written for HttpUser catch them as before.
"""

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
