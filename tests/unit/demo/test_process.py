"""Whoever needs a target gets one, and none is left behind."""

import pytest

from demo.process import running_target


def test_the_target_ends_with_its_block() -> None:
    with running_target() as target:
        assert target.counts()["total"] == 0
    assert target.process.poll() == 0


def test_a_target_that_cannot_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"), running_target("--basic-auth-file", "/nowhere"):
        pass
