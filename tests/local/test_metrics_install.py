"""The exporter beside a bare Python: prometheus-client is installed at start, from an index on this machine."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from swarmfile.cli.local.ports import free_port
from swarmfile.cli.local.staging import PACKAGE
from tests import package_index
from tests.waiting import wait_until

# What the tests' own pip is told, which a pod knows nothing of.
OURS = ("PIP_", "PYTHON", "SWARMFILE_")


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with pip and nothing else, as in the official image."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python3"


@contextmanager
def process(command: list[str], log: Path, variables: dict[str, str]) -> Iterator[None]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("wb") as output:
        started = subprocess.Popen(command, env=kept | variables, stdout=output, stderr=output)
    try:
        yield
    finally:
        started.kill()
        started.wait()


@contextmanager
def sidecar(python: Path, folder: Path, index: str) -> Iterator[str]:
    """Starts the sidecar as the pod does, without a master. Yields the address of /metrics."""
    port = free_port()
    variables = {"SWARMFILE_PORT": str(port), "SWARMFILE_RESULTS": str(folder), "SWARMFILE_PACKAGES": str(folder)}
    variables |= {"PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull}
    with process([str(python), "-I", str(PACKAGE / "sidecar" / "main.py")], folder / "sidecar.log", variables):
        yield f"http://127.0.0.1:{port}/metrics"


def answer(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def test_metrics_are_served_once_the_pinned_wheel_is_installed_from_the_index(
    bare_python: Path, tmp_path: Path
) -> None:
    package_index.write(tmp_path / "index")
    port = free_port()
    server = [sys.executable, "-m", "http.server", str(port), "--bind=127.0.0.1", f"--directory={tmp_path / 'index'}"]
    with process(server, tmp_path / "index.log", {"PYTHONUNBUFFERED": "1"}):
        wait_until(lambda: answer(f"http://127.0.0.1:{port}/")[0] == 200, lambda: "the index answers")
        with sidecar(bare_python, tmp_path, f"http://127.0.0.1:{port}/simple") as metrics:
            wait_until(lambda: answer(metrics)[0] == 200, lambda: f"{answer(metrics)}")
            assert "\nswarmfile_up 0.0\n" in answer(metrics)[1]
    assert (tmp_path / "prometheus_client" / "__init__.py").exists()
    assert ".whl HTTP" in (tmp_path / "index.log").read_text()


def test_where_the_install_fails_the_answer_says_why(bare_python: Path, tmp_path: Path) -> None:
    with sidecar(bare_python, tmp_path, f"http://127.0.0.1:{free_port()}/simple") as metrics:
        wait_until(lambda: "could not be installed" in answer(metrics)[1], lambda: f"{answer(metrics)}")
        code, reason = answer(metrics)
    assert code == 503
    assert "prometheus-client" in reason
