"""What helmfile says when it is called wrongly, and what it reads from variables."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helmfile.conftest import PROBE, ROOT, Project
from tests.helmfile.test_environments import TYPES

KNOWN = ", ".join(sorted(TYPES))
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
        f"no environment was named: write helmfile --environment <type>, where <type> is one of {KNOWN}"
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
    """The state as helmfile understood it: the releases by name, the repositories, and the defaults of releases."""
    done = project.run("--environment", "smoke", "build", **variables)
    assert done.returncode == 0, done.stderr
    state = yaml.safe_load(done.stdout)
    releases = {release["name"]: release for release in state["releases"]}
    repositories, defaults = state.get("repositories") or [], state.get("helmDefaults") or {}
    return {"releases": releases, "repositories": repositories, "defaults": defaults}


@pytest.mark.parametrize(("variable", "namespace"), [(None, "testing"), ("team-a", "team-a")])
def test_both_releases_go_to_namespace_and_our_chart_goes_first(
    untouched: Project, variable: str | None, namespace: str
) -> None:
    releases = built(untouched, NAMESPACE=variable)["releases"]
    assert {release["namespace"] for release in releases.values()} == {namespace}
    assert releases["locust"]["needs"] == [f"{namespace}/locust-config"]


def test_with_a_chart_of_ones_own_no_repository_is_contacted(untouched: Project) -> None:
    state = built(untouched, LOCUST_CHART=str(PROBE))
    assert state["repositories"] == []
    assert state["releases"]["locust"]["chart"] == str(PROBE)


@pytest.mark.parametrize(
    ("version", "forced"), [(None, True), ("v4.2.4", True), ("4", True), ("3", False), ("v3.18.6", False), ("34", True)]
)
def test_conflicts_with_autoscalers_are_forced_where_helm_knows_how(
    untouched: Project, version: str | None, forced: bool
) -> None:
    assert built(untouched, HELM_VERSION=version)["defaults"].get("forceConflicts", False) is forced


def test_helm_3_is_stopped_before_anything_is_created_unless_it_is_named(untouched: Project, helm3: Path) -> None:
    project = replace(untouched, helm=helm3)
    refused = "failed processing release locust-config: forceConflicts requires Helm 4"
    assert refused in last_line(project.run("--environment", "smoke", "sync"))
    # No cluster can be reached here.
    assert "unreachable" in last_line(project.run("--environment", "smoke", "sync", HELM_VERSION="3"))


@pytest.mark.parametrize(
    "variable", ["HELMFILE_DISABLE_INSECURE_FEATURES", "HELMFILE_DISABLE_INSECURE_TEMPLATE_FUNCTIONS"]
)
@pytest.mark.parametrize("command", [*DEPLOYING, "destroy"])
def test_where_helmfile_may_read_no_files_one_line_says_so(untouched: Project, command: str, variable: str) -> None:
    said = last_line(untouched.run("--environment", "smoke", command, **{variable: "true"}))
    assert said == (
        f"{variable}=true keeps helmfile from reading files, which every test is made of: "
        "unset it for this command, or install the chart alone"
    )


def test_no_template_runs_a_program() -> None:
    for path in (*ROOT.glob("*.gotmpl"), *ROOT.glob("helm-default-values/*"), *ROOT.glob("examples/*/*.gotmpl")):
        assert not re.search(r"\b(exec|envExec)\b", path.read_text()), path


@pytest.mark.parametrize("command", [*DEPLOYING, "destroy"])
def test_a_helmfile_that_is_too_old_says_so_in_one_line(untouched: Project, helmfile_old: Path, command: str) -> None:
    said = last_line(replace(untouched, helmfile=helmfile_old).run("--environment", "smoke", command))
    assert said == "helmfile is too old: install 1.8 or a later version"


def test_the_project_works_from_any_folder(untouched: Project, tmp_path: Path) -> None:
    elsewhere = Project(tmp_path, untouched.helmfile, untouched.helm)
    file = str(untouched.folder / "helmfile.yaml.gotmpl")
    assert elsewhere.run("--file", file, "--environment", "smoke", "template").returncode == 0
