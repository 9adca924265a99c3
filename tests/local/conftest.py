"""A target and swarms for tests with real processes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from demo.process import RunningTarget, running_target
from tests.local.swarm import Swarm, swarm

NewSwarm = Callable[..., Swarm]


@pytest.fixture(scope="session")
def demo_target() -> Iterator[RunningTarget]:
    """One demo target for all; who counts makes it forget before."""
    with running_target() as target:
        yield target


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningTarget]:
    """A demo target of the module's own, for those who make it misbehave or stop it."""
    with running_target() as target:
        yield target


@pytest.fixture
def target(shop: RunningTarget) -> RunningTarget:
    """The same, well again and with nothing counted."""
    shop.fault("ok")
    shop.forget()
    return shop


@pytest.fixture
def new_swarm(tmp_path: Path, demo_target: RunningTarget) -> Iterator[NewSwarm]:
    """Makes swarms against the demo target; they end with the test."""
    with ExitStack() as stack:

        def make(**how: Any) -> Swarm:  # noqa: ANN401 - passed on
            return stack.enter_context(swarm(how.pop("folder", tmp_path), demo_target.url, **how))

        yield make
