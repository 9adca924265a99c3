"""A namespace of one's own on a real cluster, and a target in it."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import DEMO_TARGET, Manifest, Namespace, answers, fresh_namespace

TARGET = "target"


@pytest.fixture(scope="session")
def cluster() -> None:
    if not answers():
        missing = "kubectl reaches no cluster: start one, or set KUBECONFIG"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)


@pytest.fixture(scope="module")
def namespace(cluster: None, helm4: Path) -> Iterator[Namespace]:
    """A namespace of the module's own."""
    with fresh_namespace(helm4) as own:
        yield own


@pytest.fixture(scope="session")
def upstream_chart() -> str:
    """The upstream chart that LOCUST_CHART names; without it no environment can run."""
    chart = os.environ.get("LOCUST_CHART", "")
    if not chart:
        pytest.skip(
            "LOCUST_CHART is not set: write the path of a copy of the upstream chart, deliveryhero/locust, to run them"
        )
    return chart


@pytest.fixture(scope="module")
def target(namespace: Namespace) -> str:
    """The demo target, ready. Returns its address inside of the namespace."""
    namespace.helm("install", TARGET, str(DEMO_TARGET), "--wait", "--timeout=3m")
    return f"http://{TARGET}"


def await_quiet(namespace: Namespace, route: str) -> int:
    """Awaits that the target gets no request of a route from one look to the next; returns how many it got."""
    seen: list[int] = []

    def is_quiet() -> bool:
        seen.append(received(namespace)["by_route"][route])
        return seen[-2:-1] == seen[-1:]

    namespace.until(is_quiet, f"target that nobody asks for {route}")
    return seen[-1]


def received(namespace: Namespace) -> Manifest:
    """Returns what the target counted since it started."""
    code = "import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:8080/count').read().decode())"
    counts: Manifest = json.loads(namespace.python(f"deploy/{TARGET}", code))
    return counts
