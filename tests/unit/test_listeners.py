"""Nothing of ours that raises reaches Locust."""

import logging
from collections.abc import Callable, Iterable, Iterator

import pytest

from swarmfile.listeners import Listeners, gather, quietly, tell


def broken(_: int) -> Iterable[int]:
    raise ValueError("a fault of ours")


@pytest.fixture
def errors(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    return lambda: [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_a_listener_that_raises_is_logged_once(errors: Callable[[], list[str]]) -> None:
    listener = quietly(broken)
    for _ in range(1000):
        listener(5)
    assert errors() == ["swarmfile: broken failed; the run goes on without it"]


def test_a_hook_that_raises_each_second_is_logged_once(errors: Callable[[], list[str]]) -> None:
    told, asked = Listeners([broken]), Listeners([broken])
    for _ in range(1000):
        tell(told, 5)
        assert gather(asked, 5) == []
    assert errors() == ["swarmfile: broken failed; the run goes on without it"] * 2


def test_each_hook_that_raises_is_logged(errors: Callable[[], list[str]]) -> None:
    class Feature:
        def ask(self, _: int) -> None:
            raise ValueError("another fault of ours")

    hooks: Listeners[[int], object] = Listeners([broken, Feature().ask])
    for _ in range(1000):
        tell(hooks, 5)
    assert [line.split()[1].rpartition(".")[2] for line in errors()] == ["broken", "ask"]


def test_whoever_comes_after_a_broken_one_is_told() -> None:
    heard: list[int] = []
    hooks: Listeners[[int], object] = Listeners([broken, heard.append])
    tell(hooks, 5)
    assert heard == [5]


def test_what_was_yielded_before_an_error_counts() -> None:
    def half(number: int) -> Iterator[int]:
        yield number
        raise ValueError("a fault of ours")

    assert gather(Listeners([half, lambda number: [number + 1]]), 1) == [1, 2]
