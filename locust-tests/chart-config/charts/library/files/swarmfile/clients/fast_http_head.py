"""Bounds the headers that FastHttpUser reads: geventhttpclient takes them without end, and the request would never end.

As it takes them the longer the slower, a worker has no time left for anything else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from geventhttpclient.response import HTTPParseError, HTTPResponse

from swarmfile.http.chunks import MAX_HEAD_BYTES
from swarmfile.run.context import Context

Feed = Callable[[HTTPResponse, bytes], None]


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Makes a head that is longer than SwarmHttpUser's may be a failure that Locust counts."""
    HTTPResponse.feed = bounded(HTTPResponse.feed)  # type: ignore[method-assign,assignment]


def bounded(feed: Feed) -> Feed:
    """Returns a response's `feed` that counts the bytes of its head, interim responses included."""

    @functools.wraps(feed)
    def bounded_feed(response: HTTPResponse, data: bytes) -> None:
        if not response.headers_complete or response.get_code() < 200:
            head_bytes = getattr(response, "swarmfile_head_bytes", 0) + len(data)
            if head_bytes > MAX_HEAD_BYTES:
                raise HTTPParseError("the response's head is longer than 1 MiB")
            response.swarmfile_head_bytes = head_bytes  # type: ignore[attr-defined]
        feed(response, data)

    return bounded_feed
