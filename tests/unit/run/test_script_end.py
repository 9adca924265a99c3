"""Who ends a run or its process is told from the caller: a script, or Locust and we."""

import os
import signal
import sys
from collections.abc import Callable, Iterator

import gevent
import pytest
from gevent.hub import Hub

from swarmfile.run.script_end import listen_to_exits, script_caller, script_raiser

HERE = "test_script_end.py, line "


def who_ends() -> str | None:
    """Stands for a runner's method that we replaced."""
    return script_caller()


def as_if_in(module: str) -> str | None:
    """Calls it as a function of that module would."""
    found: dict[str, str | None] = {}
    exec("found['place'] = who_ends()", {"__name__": module, "who_ends": who_ends, "found": found})
    return found["place"]


def test_a_script_is_named_with_its_line() -> None:
    assert str(who_ends()).startswith(HERE)


@pytest.mark.parametrize(
    ("module", "place"),
    [("locust.web", None), ("swarmfile.master.quit", None), ("locust", None), ("locust_plugins", "<string>, line 1")],
)
def test_locust_and_we_are_no_script_and_a_plugin_is_one(module: str, place: str | None) -> None:
    assert as_if_in(module) == place


def test_a_greenlet_that_does_nothing_else_was_made_by_a_script() -> None:
    assert gevent.spawn(who_ends).get() == ""


@pytest.mark.parametrize("leave", [sys.exit, quit], ids=["sys.exit", "quit"])
def test_where_a_script_leaves_is_named(leave: Callable[[int], None]) -> None:
    with pytest.raises(SystemExit) as raised:
        leave(1)
    assert str(script_raiser(raised.value.__traceback__)).startswith(HERE)


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is noted, in a process whose own functions come back afterwards."""
    monkeypatch.setattr(os, "kill", lambda _pid, _number: None)
    monkeypatch.setattr(signal, "raise_signal", lambda _: None)
    monkeypatch.setattr(Hub, "handle_error", lambda *_: None)
    found: list[str] = []
    listen_to_exits(found.append)
    yield found
    del gevent.get_hub().handle_error


def test_an_exit_in_a_greenlet_is_noted_with_its_code(noted: list[str]) -> None:
    gevent.spawn(sys.exit, 3).join()
    assert noted == []

    def script() -> None:
        sys.exit(3)

    gevent.spawn(script).join()
    (place,) = noted
    assert place.startswith(HERE)
    assert place.endswith(": exit code 3")


def test_a_signal_to_itself_is_noted_and_one_to_others_is_not(noted: list[str]) -> None:
    os.kill(os.getpid(), 0)
    os.kill(os.getppid(), signal.SIGTERM)
    assert noted == []
    os.kill(os.getpid(), signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
    assert [text.rpartition(": ")[2] for text in noted] == ["SIGTERM", "SIGINT"]
