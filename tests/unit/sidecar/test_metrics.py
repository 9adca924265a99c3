import pytest

from swarmfile.metrics.packages import InstallError
from swarmfile.sidecar import metrics as sidecar_metrics
from swarmfile.sidecar.metrics import Metrics
from tests.waiting import wait_until


def await_answer(metrics: Metrics, status: int, text: bytes) -> None:
    wait_until(lambda: metrics.answer()[0] == status and text in metrics.answer()[2], lambda: f"{metrics.answer()}")


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
