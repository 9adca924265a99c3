"""Nothing of ours that raises reaches Locust."""

import logging
from collections.abc import Iterator

import pytest

from swarmfile.listeners import gather, quietly, tell


def broken(*_: object) -> None:
    raise ValueError("a fault of ours")


def test_a_listener_that_raises_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    listener = quietly(broken)
    for _ in range(3):
        listener()
    (record,) = (r for r in caplog.records if r.levelno == logging.ERROR)
    assert record.getMessage() == "swarmfile: broken failed; the run goes on without it"


def test_whoever_comes_after_a_broken_one_is_told() -> None:
    heard: list[int] = []
    tell([broken, heard.append], 5)
    assert heard == [5]


def test_what_was_yielded_before_an_error_counts() -> None:
    def half(number: int) -> Iterator[int]:
        yield number
        raise ValueError("a fault of ours")

    assert gather([half, lambda number: [number + 1]], 1) == [1, 2]
