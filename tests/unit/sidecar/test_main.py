"""The process as a pod starts it, between a Kubernetes API and a master."""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import trustme

from swarmfile.metrics.server import serve
from swarmfile.run.marker import marker
from swarmfile.run.scripts import PACKAGE
from swarmfile.sidecar import main as sidecar
from swarmfile.sidecar.record import RecordedRun, config_maps, read_head
from tests import s3_storage
from tests.s3_storage import Storage
from tests.unit.http.mirror_server import running_mirror
from tests.unit.sidecar.kube_server import Kube
from tests.waiting import wait_until

PROGRAM = Path(sidecar.__file__)
RUN = "smoke-20260101-101010-ab12"
HEAD = f"swarmfile-run-{RUN}"
DEFINITION = "d" * 64


@contextmanager
def running_sidecar(environment: dict[str, str], program: Path = PROGRAM) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-I", str(program)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as one:
        try:
            yield one
        finally:
            one.kill()


@pytest.fixture
def environment(kube: Kube, tmp_path: Path) -> dict[str, str]:
    state = {"run": RUN, "type": "smoke", "requests": 5}
    master = serve(0, {"/swarmfile/state": lambda _: (200, "application/json", json.dumps(state).encode())})
    spare = serve(0, {})
    spare.shutdown()
    spare.server_close()
    return {
        "PATH": os.environ["PATH"],
        "KUBERNETES_SERVICE_HOST": "localhost",
        "KUBERNETES_SERVICE_PORT": str(kube.cluster.port),
        "SWARMFILE_API_ACCOUNT": str(kube.cluster.account),
        "SWARMFILE_RESULTS": str(tmp_path),
        "SWARMFILE_DEFINITION": DEFINITION,
        "SWARMFILE_SETTINGS_NAME": "settings",
        "SWARMFILE_MASTER": f"http://127.0.0.1:{master.server_port}",
        "SWARMFILE_PORT": str(spare.server_port),
    }


def is_ready(environment: dict[str, str]) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{environment['SWARMFILE_PORT']}/ready") as response:
            return bool(response.status == 200)
    except URLError:
        return False


def await_ready(environment: dict[str, str]) -> None:
    wait_until(lambda: is_ready(environment), lambda: "a sidecar that is ready")


def write_result(folder: Path) -> None:
    verdict = {"run": RUN, "type": "smoke", "outcome": "PASS", "reasons": []}
    for name in ("junit.xml", "summary.md", "verdict.json"):
        (folder / name).write_text(json.dumps(verdict))


def test_a_run_is_followed_from_its_beginning_to_its_verdict(
    kube: Kube, environment: dict[str, str], tmp_path: Path
) -> None:
    kube.put("configmaps", {"metadata": {"name": "settings", "uid": "uid-1"}})
    (tmp_path / RUN).mkdir()
    with running_sidecar(environment) as process:
        await_ready(environment)
        wait_until(lambda: HEAD in kube.named("configmaps"), lambda: "a first record")
        head = kube.named("configmaps")[HEAD]
        assert read_head(head).outcome == "running"
        assert head["metadata"]["labels"]["swarmfile.io/installation"] == "uid-1"
        write_result(tmp_path / RUN)
        wait_until(lambda: read_head(kube.named("configmaps")[HEAD]).outcome == "PASS", lambda: "the final record")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_what_is_written_just_before_the_end_is_published_too(
    kube: Kube, environment: dict[str, str], tmp_path: Path
) -> None:
    with running_sidecar(environment) as process:
        await_ready(environment)
        (tmp_path / RUN).mkdir()
        write_result(tmp_path / RUN)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert read_head(kube.named("configmaps")[HEAD]).outcome == "PASS"


def test_the_master_may_start_once_a_predecessor_s_marker_is_there(
    kube: Kube, environment: dict[str, str], tmp_path: Path
) -> None:
    kube.put("configmaps", {"metadata": {"name": "settings", "uid": "uid-1"}})
    labels = {"swarmfile.io/definition": DEFINITION[:32], "swarmfile.io/installation": "uid-1"}
    parts, head = config_maps(RecordedRun("before", "smoke", "running", 1.0), {"a": b"a"}, labels)
    for each in (*parts, head):
        kube.put("configmaps", each)
    with running_sidecar(environment):
        await_ready(environment)
        assert json.loads(marker(tmp_path, DEFINITION).read_text())["run"] == "before"


def test_a_run_whose_master_was_killed_goes_into_a_bucket_with_its_last_known_numbers(
    kube: Kube, storage: Storage, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / RUN).mkdir()
    with running_sidecar(environment | s3_storage.environment(storage.url)) as process:
        wait_until(lambda: HEAD in kube.named("configmaps"), lambda: "a first record")
        write_result(tmp_path / RUN)
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert {path.name for path in (tmp_path / RUN).iterdir()} | {"state.json"} == {
        path.removeprefix(f"{RUN}/") for path in storage.objects
    }
    assert f"the files of {RUN} are in bucket runs: {RUN}/" in output
    assert "canary" not in output


def test_a_bucket_needs_no_way_to_the_api(storage: Storage, environment: dict[str, str], tmp_path: Path) -> None:
    del environment["SWARMFILE_API_ACCOUNT"]
    (tmp_path / RUN).mkdir()
    write_result(tmp_path / RUN)
    with running_sidecar(environment | s3_storage.environment(storage.url)):
        wait_until(lambda: f"{RUN}/verdict.json" in storage.objects, lambda: "the run in the bucket")


def test_a_bucket_that_is_wrong_costs_no_config_map(
    kube: Kube, storage: Storage, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / RUN).mkdir()
    write_result(tmp_path / RUN)
    wrong = s3_storage.environment(storage.url) | {"AWS_SECRET_ACCESS_KEY": "canary-wrong"}
    with running_sidecar(environment | wrong) as process:
        wait_until(lambda: is_ready(environment), lambda: "a sidecar that is ready")
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    assert read_head(kube.named("configmaps")[HEAD]).outcome == "PASS"
    assert output.count("swarmfile: results are not in the bucket: results.s3.existingSecret: ") == 1
    assert "canary" not in output


@pytest.mark.parametrize("missing", ["permission", "account"])
def test_without_a_way_to_the_api_the_master_starts_all_the_same_and_one_line_says_what_is_lost(
    kube: Kube, environment: dict[str, str], missing: str
) -> None:
    kube.refuse = 403
    if missing == "account":
        del environment["SWARMFILE_API_ACCOUNT"]
    with running_sidecar(environment) as process:
        await_ready(environment)
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=30)[0]
    sentences = {
        "permission": "whether a pod before this one ran the test is not known: GET configmaps/settings: configmaps is",
        "account": "results are not kept in ConfigMaps: SWARMFILE_API_ACCOUNT is not set",
    }
    # This master has no plugin, which the metrics of the same process complain about.
    lines = [line for line in output.splitlines() if "swarmfile: metrics:" not in line]
    assert len(lines) == 1
    assert sentences[missing] in lines[0]


def test_a_master_with_a_certificate_is_asked_too(authority: trustme.CA) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    with running_mirror(context) as master:
        answer = sidecar.ask(master.url.replace("https://", "http://"))
    assert answer
    assert answer["path"] == "/swarmfile/state"
    assert sidecar.ask("http://127.0.0.1:1") is None


def test_a_module_beside_the_program_cannot_replace_the_standard_library(
    environment: dict[str, str], tmp_path: Path
) -> None:
    package = tmp_path / "copy" / "swarmfile"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package.parent, package / "sidecar"):
        (folder / "json.py").write_text("raise SystemExit('a module of the script was loaded')")
    with running_sidecar(environment, package / "sidecar" / "main.py") as process:
        await_ready(environment)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
