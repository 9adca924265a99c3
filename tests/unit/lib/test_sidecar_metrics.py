import time

import pytest
from lib import sidecar_metrics
from lib.metrics_install import InstallError
from lib.sidecar_metrics import Metrics


def await_answer(metrics: Metrics, status: int, text: bytes) -> None:
    limit_s = time.monotonic() + 60
    while not (metrics.answer()[0] == status and text in metrics.answer()[2]):
        assert time.monotonic() < limit_s, metrics.answer()
        time.sleep(0.02)


def test_the_exporter_answers_once_it_is_there() -> None:
    metrics = Metrics()
    assert metrics.answer()[0] == 503
    metrics.start("http://127.0.0.1:9", {})
    await_answer(metrics, 200, b"swarmfile_up 0.0")


def test_a_failed_install_is_told_and_harms_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise InstallError("pip: no index")

    monkeypatch.setattr(sidecar_metrics, "provide", fail)
    metrics = Metrics()
    metrics.start("http://127.0.0.1:9", {})
    await_answer(metrics, 503, b"could not be installed: pip: no index")
