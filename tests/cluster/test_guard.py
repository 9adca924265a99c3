"""Several teams in one namespace, and one run at a time for each target."""

import json
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from swarmfile.sidecar.guard import Guard
from swarmfile.sidecar.kube import Cluster
from swarmfile.sidecar.lease import DURATION_S, GROUP, Claim, Lease
from tests.cluster.cluster import CHART, PATIENCE, ROOT, Namespace, run
from tests.cluster.environments import SHORT, SMALL, Environment

pytestmark = pytest.mark.timeout(600)
GUARDED = SMALL | SHORT | {"guard.mode": "refuse"}
LONG = GUARDED | {"loadTest.runTime": "10m"}
CONTENDERS = 50
TEAMS = 4
ALONE: dict[str, Any] = {**PATIENCE, "guard": {"mode": "refuse"}, "resources": {"requests": {"cpu": "20m"}}}


def swarmfile(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "swarmfile", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def leases(namespace: Namespace) -> list[dict[str, Any]]:
    found = namespace.get("leases")
    return [each for each in found if each["metadata"]["name"].startswith("swarmfile-target-")]


@pytest.fixture(scope="module")
def checkout(upstream_chart: str, namespace: Namespace, target: str, helmfile: Path) -> Iterator[Environment]:
    """A team's run of some minutes, going."""
    environment = Environment("load", namespace, helmfile, target, LONG, {"NAME": "checkout"})
    environment.apply()
    namespace.until(lambda: leases(namespace), "Lease of the run")
    yield environment
    environment.destroy()


@pytest.fixture(scope="module")
def api(namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """The real API as a pod reaches it, with an account that may hold Leases."""
    namespace.kubectl("create", "serviceaccount", "contender")
    verbs = "--verb=get,create,patch,delete"
    namespace.kubectl("create", "role", "contender", verbs, "--resource=leases.coordination.k8s.io")
    namespace.kubectl(
        "create", "rolebinding", "contender", "--role=contender", f"--serviceaccount={namespace.name}:contender"
    )
    account = tmp_path_factory.mktemp("account")
    (account / "token").write_text(namespace.kubectl("create", "token", "contender"))
    (account / "namespace").write_text(namespace.name)
    (known,) = json.loads(run("kubectl", "config", "view", "--raw", "--minify", "-o", "json"))["clusters"]
    authority = known["cluster"].get("certificate-authority-data")
    text = b64decode(authority).decode() if authority else Path(known["cluster"]["certificate-authority"]).read_text()
    (account / "ca.crt").write_text(text)
    url = urlsplit(known["cluster"]["server"])
    return Cluster(account, url.hostname or "", url.port or 443).of_group(GROUP)


def contender(api: Cluster, name: str, number: int, mode: str) -> Guard:
    claim = Claim(f"{api.namespace}/pod-{number}", f"{api.namespace}/{number}", "", f"{name} is under load of {number}")
    return Guard(Lease(api, name, claim), mode)


def test_of_fifty_contenders_exactly_one_has_the_lease_each_time(api: Cluster) -> None:
    for attempt in range(2):
        many = [contender(api, f"target-{attempt}", number, "refuse") for number in range(CONTENDERS)]
        ended = threading.Event()

        def begin(one: Guard, ended: threading.Event = ended) -> None:
            one.begin(threading.Event())
            if one.held:
                one.follow(ended)

        with ThreadPoolExecutor(CONTENDERS) as pool:
            list(pool.map(begin, many))
        ended.set()
        (winner,) = [number for number, one in enumerate(many) if one.held]
        refused = [one.refused for one in many if one.refused]
        assert len(refused) == CONTENDERS - 1
        assert all(f"is under load of {winner} since" in why for why in refused)
        many[winner].give_up()


def test_of_simultaneous_installations_exactly_one_runs(namespace: Namespace, target: str) -> None:
    names = [f"team-{number}" for number in range(TEAMS)]
    load = {"host": f"http://target.{namespace.name}", "users": 2, "spawnRate": 2, "runTime": "10m"}
    values = json.dumps(ALONE | {"loadTest": load})

    def install(name: str) -> tuple[int, str]:
        command = [str(namespace.helm_path), "-n", namespace.name, "install", name, str(CHART), "-f", "-"]
        done = subprocess.run(command, input=values, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    with ThreadPoolExecutor(TEAMS) as pool:
        installed = dict(zip(names, pool.map(install, names), strict=True))
    (lease,) = namespace.until(lambda: leases(namespace), "Lease of the one that runs")
    winner = lease["spec"]["holderIdentity"].removeprefix(f"{namespace.name}/")[: len(names[0])]
    who = f":80 is under load of test smoke in namespace {namespace.name} (pod {winner}-"
    for name in set(names) - {winner}:
        code, said = installed[name]
        if code == 0:
            done = swarmfile("wait", "-n", namespace.name, "--release", name)
            assert done.returncode == 2, done.stdout + done.stderr
            said = done.stdout
        assert who in " ".join(said.split()), said
    assert installed[winner][0] == 0
    namespace.helm("uninstall", winner)
    # The chart alone takes the rights along, so the Lease ends by itself.
    namespace.kubectl("delete", "lease", lease["metadata"]["name"], "--ignore-not-found")


def test_another_team_s_apply_and_another_definition_are_refused_and_the_same_one_is_harmless(
    checkout: Environment, namespace: Namespace, target: str
) -> None:
    def identities() -> set[str]:
        pods = namespace.get("pods", "app.kubernetes.io/instance=checkout-locust")
        return {pod["metadata"]["uid"] for pod in pods}

    before = identities()
    another = Environment("smoke", namespace, checkout.helmfile_path, target, GUARDED, {"NAME": "search"})
    edited = Environment(
        "load", namespace, checkout.helmfile_path, target, LONG | {"loadTest.users": "5"}, {"NAME": "checkout"}
    )
    held = f"{target}:80 is under load of test checkout in namespace {namespace.name}"
    for environment, remedy in (
        (another, "set guard.mode to wait or off"),
        (edited, "write over it with guard.mode=off"),
    ):
        done = environment.helmfile("apply", "--suppress-diff")
        assert done.returncode != 0
        (line,) = {line.strip() for line in done.stderr.splitlines() if line.strip().startswith(held)}
        assert line.endswith(remedy)
    assert "search-locust-config" not in namespace.helm("list", "-q")
    checkout.apply()
    assert identities() == before


def test_a_test_of_another_name_and_target_lives_beside_it(
    checkout: Environment, namespace: Namespace, target: str
) -> None:
    beside = Environment(
        "smoke", namespace, checkout.helmfile_path, f"{target}.{namespace.name}", GUARDED, {"NAME": "search"}
    )
    beside.apply()
    done = swarmfile("wait", "-n", namespace.name, "--name", "search")
    assert done.returncode == 0, done.stdout + done.stderr
    listed = swarmfile("results", "-n", namespace.name, "--name", "search").stdout.splitlines()
    assert [line.split()[1] for line in listed[1:]] == ["smoke"]
    assert "load-" in swarmfile("results", "-n", namespace.name, "--name", "checkout").stdout
    beside.destroy()
    namespace.until(lambda: len(leases(namespace)) == 1, "end of the other Lease")


def test_a_killed_holder_frees_its_lease_within_seconds(
    checkout: Environment, namespace: Namespace, api: Cluster
) -> None:
    (lease,) = leases(namespace)
    waiting = contender(api, lease["metadata"]["name"], 99, "wait")
    # Without the Deployment nothing succeeds it.
    namespace.kubectl("scale", "deployment", "checkout-locust-master", "--replicas=0")
    selector = "app.kubernetes.io/instance=checkout-locust,component=master"
    namespace.kubectl("delete", "pod", "-l", selector, "--force", "--grace-period=0")
    before = time.monotonic()
    waiting.begin(threading.Event())
    taken_s = time.monotonic() - before
    assert waiting.held
    assert taken_s < 3 * DURATION_S
    waiting.give_up()
