"""Programs that several suites start."""

import os
from pathlib import Path

import locust  # noqa: F401  patches the standard library, so before anything imports ssl
import pytest
from hypothesis import settings

from tests.tools import MISSING, NO_POSTGRESQL, NO_PROMETHEUS, NO_REGISTRY, find, program

# A busy machine is no failure, and examples are the same each time: benchmarks/fuzz.py looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# What takes minutes of real runs and shows what quicker tests show in part: `make test` leaves it to `make test-all`.
SLOW = (
    "tests/local/test_ci_examples.py",
    "tests/local/test_ci_gates.py",
    "tests/local/test_examples.py",
    "tests/local/test_faults.py",
    "tests/local/test_faults_load.py",
    "tests/local/test_http_beside_requests.py",
    "tests/local/test_load_keep.py",
    "tests/local/test_metrics_install.py",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks the tests of those files."""
    for item in items:
        if item.path.relative_to(config.rootpath).as_posix() in SLOW:
            item.add_marker("slow")


@pytest.fixture(scope="session", params=["helm3", "helm4"])
def helm(request: pytest.FixtureRequest) -> Path:
    """Both versions of helm that are supported, one after the other."""
    return found(request.param)


@pytest.fixture(scope="session")
def helm3() -> Path:
    return found("helm3")


@pytest.fixture(scope="session")
def helm4() -> Path:
    return found("helm4")


@pytest.fixture(scope="session")
def helmfile() -> Path:
    return found("helmfile")


@pytest.fixture(scope="session")
def helmfile_old() -> Path:
    return found("helmfile-old")


@pytest.fixture(scope="session")
def versitygw() -> Path:
    return found("versitygw")


@pytest.fixture(scope="session")
def promtool() -> Path:
    return packaged("promtool", NO_PROMETHEUS)


@pytest.fixture(scope="session")
def prometheus() -> Path:
    return packaged("prometheus", NO_PROMETHEUS)


@pytest.fixture(scope="session")
def docker_registry() -> Path:
    return packaged("docker-registry", NO_REGISTRY)


@pytest.fixture(scope="session")
def postgres() -> Path:
    return packaged("postgres", NO_POSTGRESQL)


def packaged(name: str, missing: str) -> Path:
    """Skips the test where a program of Debian's is missing; in CI that is a failure."""
    path = program(name)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(missing)
    if path is None:
        pytest.skip(missing)
    return path


def found(name: str) -> Path:
    """Skips the test where the tool is missing; in CI that is a failure."""
    path = find(name)
    if path is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING.format(name))
    if path is None:
        pytest.skip(MISSING.format(name))
    return path
