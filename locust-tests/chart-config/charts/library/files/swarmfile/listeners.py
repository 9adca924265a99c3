"""Keeps a fault of ours out of the test: a listener that raises is logged once, and the run goes on."""

import functools
import logging
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger("swarmfile")


def quietly(listener: Callable[P, object]) -> Callable[P, None]:
    """Returns the listener such that it never raises; its first error is logged with its traceback, later ones not.

    Locust ends the process after an error in an `init` listener and exits with 2 after one in any other.
    """
    faulty = False

    @functools.wraps(listener)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        nonlocal faulty
        try:
            listener(*args, **kwargs)
        except Exception:
            if not faulty:
                logger.exception("swarmfile: %s failed; the run goes on without it", listener.__qualname__)
            faulty = True

    return wrapped


def tell(listeners: Iterable[Callable[P, object]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Calls each listener, whatever the one before it did."""
    for listener in listeners:
        quietly(listener)(*args, **kwargs)


def gather(askers: Iterable[Callable[P, Iterable[T]]], *args: P.args, **kwargs: P.kwargs) -> list[T]:
    """Returns all that the askers yield; what one yielded before it raised counts."""
    answers: list[T] = []
    tell([lambda *a, ask=ask, **k: answers.extend(ask(*a, **k)) for ask in askers], *args, **kwargs)
    return answers
