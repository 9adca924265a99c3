"""What helmfile says when it is called wrongly, and what it reads from variables."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helmfile.conftest import PROBE, Project
from tests.helmfile.test_environments import TYPES

KNOWN = ", ".join(TYPES)
DEPLOYING = ("apply", "sync", "template")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of what a user sees of a command that must fail."""
    assert done.returncode != 0
    return (done.stdout + done.stderr).strip().splitlines()[-1]


@pytest.mark.parametrize("command", DEPLOYING)
@pytest.mark.parametrize("host", [None, ""])
def test_without_host_the_last_line_says_what_to_write(untouched: Project, command: str, host: str | None) -> None:
    said = last_line(untouched.run("--environment", "smoke", command, HOST=host))
    assert said == "HOST is missing: write HOST=https://example.com helmfile --environment smoke apply"


@pytest.mark.parametrize("command", DEPLOYING)
@pytest.mark.parametrize("release", ["locust-config", "locust"])
def test_neither_release_is_deployed_without_host(untouched: Project, command: str, release: str) -> None:
    selected = ("--selector", f"name={release}", "--environment", "load", command)
    assert "HOST is missing" in last_line(untouched.run(*selected, HOST=None))


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "https://",
        "ftp://example.com",
        "https://exam ple.com",
        "https://user:pass@example.com",
        "https://example.com?q=1",
        "https://example.com/#top",
        "https://example.com:port",
        "https://-example.com",
        'https://example.com/"',
    ],
)
def test_a_malformed_host_is_refused_in_the_last_line(untouched: Project, host: str) -> None:
    said = last_line(untouched.run("--environment", "load", "sync", HOST=host))
    usage = "write HOST=https://example.com helmfile --environment load apply"
    assert said == f"HOST={host} is not the address of a host: {usage}"


@pytest.mark.parametrize(
    "host",
    ["http://a", "https://example.com/", "https://example.com:8443/shop", "http://10.0.0.1:80", "http://[::1]:8080"],
)
def test_an_address_is_accepted_and_loses_its_last_slash(untouched: Project, host: str) -> None:
    assert untouched.values("smoke", HOST=host).ours["loadTest"]["host"] == host.rstrip("/")


@pytest.mark.parametrize("command", [*DEPLOYING, "destroy"])
def test_an_unknown_environment_is_answered_with_the_known_ones(untouched: Project, command: str) -> None:
    said = last_line(untouched.run("--environment", "stres", command))
    assert said.endswith(
        f'there is no environment "stres": write helmfile --environment <type>, where <type> is one of {KNOWN}'
    )


def test_the_old_name_of_upstreams_values_is_refused_in_the_last_line(untouched: Project) -> None:
    said = last_line(
        untouched.run("--environment", "smoke", "--state-values-set", "engine.worker.replicas=4", "template")
    )
    assert said.strip() == "- at '/engine': value must be 'absent: write upstream instead of engine'"


@pytest.mark.parametrize("command", [*DEPLOYING, "destroy"])
def test_no_environment_is_answered_with_the_known_ones(untouched: Project, command: str) -> None:
    said = last_line(untouched.run(command))
    assert said.endswith(
        f"no environment was named: write helmfile --environment <type>, where <type> is one of {', '.join(TYPES)}"
    )


def test_destroy_needs_no_host(untouched: Project) -> None:
    # No cluster can be reached here: helm was asked, so nothing before it stopped the command.
    assert "HOST" not in last_line(untouched.run("--environment", "smoke", "destroy", HOST=None))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LOCUSTFILE", "missing.py", "LOCUSTFILE=missing.py is no script: write the path of a .py file"),
        ("LOCUSTFILE", "helmfile.yaml.gotmpl", "LOCUSTFILE=helmfile.yaml.gotmpl is no script"),
        ("LIBS", "missing", "LIBS=missing is no folder: write the path of the one with your modules"),
        ("LIBS", "helmfile.yaml.gotmpl", "LIBS=helmfile.yaml.gotmpl is no folder"),
    ],
)
def test_a_path_that_leads_nowhere_is_named_in_the_last_line(
    untouched: Project, variable: str, value: str, said: str
) -> None:
    assert said in last_line(untouched.run("--environment", "smoke", "sync", **{variable: value}))


def built(project: Project, **variables: str | None) -> dict[str, Any]:
    """The state as helmfile understood it: the releases by name, and the repositories."""
    done = project.run("--environment", "smoke", "build", **variables)
    assert done.returncode == 0, done.stderr
    state = yaml.safe_load(done.stdout)
    releases = {release["name"]: release for release in state["releases"]}
    return {"releases": releases, "repositories": state.get("repositories") or []}


@pytest.mark.parametrize(("variable", "namespace"), [(None, "testing"), ("team-a", "team-a")])
def test_both_releases_go_to_namespace_and_our_chart_goes_first(
    untouched: Project, variable: str | None, namespace: str
) -> None:
    releases = built(untouched, NAMESPACE=variable)["releases"]
    assert {release["namespace"] for release in releases.values()} == {namespace}
    assert releases["locust"]["needs"] == [f"{namespace}/locust-config"]


def test_the_upstream_chart_comes_pinned_from_its_repository(untouched: Project) -> None:
    state = built(untouched, LOCUST_CHART=None)
    assert state["repositories"] == [{"name": "deliveryhero", "url": "https://charts.deliveryhero.io/"}]
    release = state["releases"]["locust"]
    assert (release["chart"], release["version"]) == ("deliveryhero/locust", "0.35.0")


def test_with_a_chart_of_ones_own_no_repository_is_contacted(untouched: Project) -> None:
    state = built(untouched, LOCUST_CHART=str(PROBE))
    assert state["repositories"] == []
    assert state["releases"]["locust"]["chart"] == str(PROBE)


def test_conflicts_with_autoscalers_are_forced_where_helm_knows_how(untouched: Project, helm: Path) -> None:
    version = subprocess.run([helm, "version", "--short"], capture_output=True, text=True, check=True)
    forced = built(replace(untouched, helm=helm))["releases"]["locust"].get("forceConflicts", False)
    assert forced is version.stdout.startswith("v4")


def test_the_project_works_from_any_folder(untouched: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path, untouched.helmfile, untouched.helm)
    file = str(untouched.folder / "helmfile.yaml.gotmpl")
    assert elsewhere.run("--file", file, "--environment", "smoke", "template").returncode == 0
