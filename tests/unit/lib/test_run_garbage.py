"""What is there when a test starts is no work for the garbage collector any more."""

import gc
from collections.abc import Iterator

import pytest
from lib.run_garbage import spare_what_is_there


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Loaded:
    """Stands for what Locust and a script load."""


def test_a_collection_looks_only_at_what_came_after_the_start(thawed: None) -> None:
    loaded = Loaded()
    spare_what_is_there()
    later = Loaded()
    looked_at = gc.get_objects()
    assert not any(each is loaded for each in looked_at)
    assert any(each is later for each in looked_at)
