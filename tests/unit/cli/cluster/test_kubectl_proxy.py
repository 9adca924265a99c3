"""One kubectl is held, and let go whatever happens to whoever holds it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from swarmfile.cli.cluster.kubectl import KubectlError
from swarmfile.cli.cluster.kubectl_proxy import LONGEST_PATH, Proxy
from tests.unit.cli.cluster_folder import Cluster
from tests.waiting import wait_until

PODS = "/api/v1/namespaces/shop/pods?"
# Asks once, says so, and then holds on.
HOLDER = f"""
import sys, time
from swarmfile.cli.cluster.kubectl_proxy import Proxy

proxy = Proxy([sys.argv[1]])
print(proxy.get({PODS!r})[0], flush=True)
time.sleep(600)
"""


@pytest.fixture
def kubectl(cluster: Cluster) -> str:
    return str(cluster.folder / "kubectl")


@pytest.fixture
def proxy(kubectl: str) -> Iterator[Proxy]:
    proxy = Proxy([kubectl])
    yield proxy
    proxy.close()


def held(kubectl: str) -> list[psutil.Process]:
    """Returns the proxies of this kubectl that run."""
    found = []
    for process in psutil.process_iter():
        try:
            arguments = process.cmdline()
        except psutil.Error:
            continue
        if str(Path(kubectl).parent) in arguments and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def folder_of(process: psutil.Process) -> Path:
    return next(Path(each.split("=", 1)[1]).parent for each in process.cmdline() if each.startswith("--unix-socket="))


def test_it_starts_with_the_first_question_and_ends_when_it_is_closed(kubectl: str, proxy: Proxy) -> None:
    assert held(kubectl) == []
    assert proxy.get(PODS)[0] == 200
    (process,) = held(kubectl)
    folder = folder_of(process)
    assert folder.stat().st_mode & 0o777 == 0o700
    proxy.close()
    wait_until(lambda: not held(kubectl), lambda: "the end of the proxy")
    assert not folder.exists()


def test_a_kubectl_that_was_killed_is_started_again(kubectl: str, proxy: Proxy) -> None:
    proxy.get(PODS)
    (process,) = held(kubectl)
    process.kill()
    wait_until(lambda: not held(kubectl), lambda: "the end of the proxy")
    assert proxy.get(PODS)[0] == 200


def test_nothing_is_left_of_who_is_killed(kubectl: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, kubectl], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "200\n"
        (process,) = held(kubectl)
        folder = folder_of(process)
        holder.send_signal(signal.SIGKILL)
    wait_until(lambda: not held(kubectl) and not folder.exists(), lambda: f"nothing of {folder}")


def test_a_kubectl_that_cannot_start_says_why(cluster: Cluster, kubectl: str, proxy: Proxy) -> None:
    Path(kubectl).write_text("#!/bin/sh\necho first >&2\necho 'error: context \"prod\" does not exist' >&2\nexit 1\n")
    with pytest.raises(KubectlError, match=r'^kubectl: error: context "prod" does not exist$'):
        proxy.get(PODS)


def test_an_answer_that_does_not_come_in_time_costs_the_connection_alone(
    cluster: Cluster, kubectl: str, proxy: Proxy
) -> None:
    proxy.get(PODS)
    (process,) = held(kubectl)
    (cluster.folder / "sight").unlink()
    # Whoever reads it waits for a writer.
    os.mkfifo(cluster.folder / "sight")
    with pytest.raises(KubectlError, match=r"^kubectl: no answer: TimeoutError"):
        proxy.get(PODS, timeout_s=0.1)
    (cluster.folder / "sight").unlink()
    cluster.shows()
    assert proxy.get(PODS)[0] == 200
    assert held(kubectl) == [process]


def test_a_hang_up_ends_a_question_that_nobody_answers(cluster: Cluster, kubectl: str, proxy: Proxy) -> None:
    proxy.get(PODS)
    (cluster.folder / "sight").unlink()
    # Whoever reads it waits for a writer.
    os.mkfifo(cluster.folder / "sight")
    asked = cluster.calls().count("GET")

    def hang_up() -> None:
        wait_until(lambda: cluster.calls().count("GET") > asked, lambda: "the question")
        proxy.hang_up()

    other = threading.Thread(target=hang_up)
    other.start()
    with pytest.raises(KubectlError, match=r"^kubectl: no answer"):
        proxy.get(PODS)
    other.join()
    (cluster.folder / "sight").unlink()
    cluster.shows()
    assert proxy.get(PODS)[0] == 200


def test_a_folder_with_a_long_name_is_no_obstacle(
    tmp_path: Path, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("x" * LONGEST_PATH)
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert proxy.get(PODS)[0] == 200
    assert list(folder.iterdir()) == []
