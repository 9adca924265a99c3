from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.lingering import Lingering
from swarmfile.cli.local.ports import free_port
from swarmfile.metrics.server import serve


@pytest.fixture
def launch(clone: Clone, tmp_path: Path) -> Launch:
    return Launch(read_definition(clone, "smoke", []), "http://127.0.0.1:1", 1, "run-2", tmp_path)


@pytest.fixture
def exporter() -> Iterator[tuple[int, list[str]]]:
    """Its port, and what it tells was scraped."""
    told = [""]
    server = serve(0, {"/scraped": lambda _: (200, "text/plain", told[0].encode())}, "127.0.0.1")
    yield server.server_port, told
    server.shutdown()


@pytest.mark.parametrize(("scraped", "is_over"), [("", False), ("run-1", False), ("run-2", True)])
def test_it_is_over_when_this_runs_verdict_was_scraped(
    launch: Launch, exporter: tuple[int, list[str]], scraped: str, is_over: bool
) -> None:
    port, told = exporter
    told[0] = scraped
    assert Lingering(replace(launch, metrics_port=port, metrics_linger_s=600), "run-2").is_over is is_over


def test_nobody_waits_longer_than_was_said(launch: Launch, exporter: tuple[int, list[str]]) -> None:
    assert Lingering(replace(launch, metrics_port=exporter[0], metrics_linger_s=0), "run-2").is_over


def test_nobody_waits_for_metrics_that_are_not_served(launch: Launch) -> None:
    assert Lingering(replace(launch, metrics_linger_s=600), "run-2").is_over


def test_nobody_waits_for_an_exporter_that_is_gone(launch: Launch) -> None:
    assert Lingering(replace(launch, metrics_port=free_port(), metrics_linger_s=600), "run-2").is_over
