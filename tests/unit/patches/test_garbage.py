"""What stays for good is no work for the garbage collector any more."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from locust.env import Environment

from swarmfile.patches.garbage import WORTH_IT, Endpoints, spare_what_is_there
from swarmfile.run.live import LiveRun


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Loaded:
    """Stands for what Locust and a script load."""


def is_looked_at(thing: object) -> bool:
    return any(each is thing for each in gc.get_objects())


def test_a_collection_looks_only_at_what_came_after_the_start() -> None:
    loaded = Loaded()
    spare_what_is_there()
    later = Loaded()
    assert (is_looked_at(loaded), is_looked_at(later)) == (False, True)


def test_statistics_are_spared_whenever_there_are_many_more(tmp_path: Path) -> None:
    live = LiveRun("r", "load", tmp_path, Environment())
    endpoints, entries = Endpoints(), live.environment.stats.entries
    spared = []
    for known in range(3 * WORTH_IT):
        entry = entries[f"/{known}", "GET"]
        endpoints.look(live)
        if not is_looked_at(entry):
            spared.append(known + 1)
    assert spared == [WORTH_IT, 3 * WORTH_IT]
