"""Whoever needs a target gets one, and none is left behind."""

import socket

import pytest

from demo.process import free_port, running_target


def test_the_target_ends_with_its_block() -> None:
    with running_target() as target:
        assert target.counts()["total"] == 0
    assert target.process.poll() == 0


def test_a_target_that_cannot_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"), running_target("--basic-auth-file", "/nowhere"):
        pass


def test_a_free_port_is_given_once_and_can_be_listened_at() -> None:
    ports = [free_port() for _ in range(300)]
    assert len(set(ports)) == len(ports)
    socket.create_server(("127.0.0.1", ports[0])).close()
