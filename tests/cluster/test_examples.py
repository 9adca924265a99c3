"""The examples in a namespace that enforces the restricted standard, against the demo target in the same cluster."""

import json
import re
from pathlib import Path

import pytest

from tests.cluster.cluster import DEMO_TARGET, ROOT, Manifest, Namespace, run
from tests.cluster.environments import PATIENT

EXAMPLES = ROOT / "examples"
READ_COUNTS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/count').read().decode())"
PASSWORD = "pa:ss w$ord"  # with all that shells and Basic auth stumble over
SHORT = ["loadTest.users=2", "loadTest.spawnRate=2", "loadTest.runTime=25s", "resources.requests.cpu=50m"]
SHORT += [f"{key}={value}" for key, value in PATIENT.items()]
SETTINGS = [word for value in SHORT for word in ("--set", value)]

HOST = ["--set", "loadTest.host=http://demo-target"]


def counts(namespace: Namespace) -> Manifest:
    """Returns what the release demo-target received."""
    counted: Manifest = json.loads(namespace.python("deploy/demo-target", READ_COUNTS))
    return counted


def reported(log: str) -> int:
    """Returns the number of requests in the last table of a passed run's log."""
    assert "swarmfile: verdict PASS" in log, log
    return int(re.findall(r"^\s+Aggregated\s+(\d+)\s+0\(", log, re.MULTILINE)[-1])


def nothing_left(namespace: Namespace) -> bool:
    return not (namespace.get("jobs") or namespace.get("deployments") or namespace.get("services"))


def test_the_batch_example_runs_after_its_target_and_both_count_alike(namespace: Namespace, helmfile: Path) -> None:
    command = ["env", f"NAMESPACE={namespace.name}", f"HELMFILE_HELM_BINARY={namespace.helm_path}", str(helmfile)]
    command += ["--file", str(EXAMPLES / "batch" / "helmfile.yaml.gotmpl")]
    run(*command, "sync", *SETTINGS)
    log, counted = namespace.ended("batch"), counts(namespace)
    run(*command, "destroy")
    # A request in flight at the end of the run time arrives, but its user is gone before it is reported.
    assert 0 <= counted["total"] - reported(log) <= 2
    assert counted["by_route"]["GET /v1/batches/{id}"] > counted["by_route"]["POST /v1/batches"] >= 2
    assert counted["by_status"].keys() == {"200"}
    namespace.until(lambda: nothing_left(namespace), "end of jobs, deployments and services")


def test_the_authenticated_example_sends_what_the_secret_holds(namespace: Namespace) -> None:
    secret = ["--from-literal=username=alice", f"--from-literal=password={PASSWORD}"]
    namespace.kubectl("create", "secret", "generic", "shop-login", *secret)
    protected = {"auth": {"existingSecret": "shop-login"}}
    namespace.install("demo-target", protected, "--wait", "--timeout=3m", chart=DEMO_TARGET)
    example = EXAMPLES / "authenticated-api"
    script = ["--set-file", f"locustfile.inline={example / 'authenticated_api.py'}"]
    namespace.install("shop", {}, "--values", str(example / "values.yaml"), *script, *SETTINGS, *HOST)
    log, counted = namespace.ended("shop"), counts(namespace)
    assert 0 <= counted["total"] - reported(log) <= 2
    assert counted["by_status"].keys() <= {"200", "201"}
    assert PASSWORD not in log


DATA = [f"testData.files.{name}\\.csv={EXAMPLES / 'data-by-profile' / 'data' / name}.csv" for name in ("few", "many")]


@pytest.mark.parametrize(
    ("example", "settings"),
    [
        ("simple-api", []),
        ("data-by-profile", ["--set-file", DATA[0], "--set-file", DATA[1], "--set", "loadTest.profile=load"]),
    ],
)
def test_an_open_example_passes(namespace: Namespace, target: str, example: str, settings: list[str]) -> None:
    values, script = EXAMPLES / example / "values.yaml", EXAMPLES / example / f"{example.replace('-', '_')}.py"
    given = ["--values", str(values), "--set-file", f"locustfile.inline={script}", *settings, *SETTINGS]
    namespace.install(example, {}, *given, "--set", f"loadTest.host={target}")
    assert reported(namespace.ended(example)) > 0
