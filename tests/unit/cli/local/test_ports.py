"""Ports are a run's own from when it asks for them."""

import socket

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.ports import check_free, free_port, free_ports


def test_a_run_s_ports_differ() -> None:
    ports = free_ports()
    assert ports.master != ports.web
    assert ports.url == f"http://127.0.0.1:{ports.web}"


def test_a_free_port_is_given_once_and_can_be_listened_at() -> None:
    ports = [free_port() for _ in range(300)]
    assert len(set(ports)) == len(ports)
    socket.create_server(("127.0.0.1", ports[0])).close()


def test_a_taken_port_for_metrics_is_refused_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInputError, match=f"--metrics-port: {port}: .*give a port that is free"):
            check_free(port)
    check_free(port)
