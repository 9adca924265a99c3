"""What our chart is told about the upstream chart, and that no secret is part of it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.helmfile.conftest import ROOT, Project, Shipped

CANARY = "canary-4711"
DOCUMENTED = (ROOT / "tests" / "helmfile" / "documented-stress.yml").read_text()
SECRETS = f"""
loadtest:
  environment_secret: {{API_KEY: {CANARY}}}
master:
  auth: {{enabled: true, username: admin, password: {CANARY}}}
"""


def difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """The keys, two levels deep, in which two maps of values differ."""
    keys = one.keys() | other.keys()
    return {f"{key}.{sub}" for key in keys for sub in differing(one.get(key), other.get(key))}


def differing(one: object, other: object) -> set[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    return set() if one == other else {""}


@pytest.mark.parametrize("test_type", ["smoke", "stress", "spike"])
def test_the_upstream_is_exactly_what_the_upstream_release_gets(shipped: Shipped, test_type: str) -> None:
    values = shipped(test_type)
    assert difference(values.ours["upstream"], values.upstream) == set()


def test_secrets_of_the_upstream_are_blanked_but_named(project: Project) -> None:
    project.write("config/smoke/locust.yml", SECRETS)
    values = project.values("smoke")
    assert CANARY in json.dumps(values.upstream)
    assert CANARY not in json.dumps(values.ours)
    assert values.ours["upstream"]["loadtest"]["environment_secret"] == {"API_KEY": ""}
    assert difference(values.ours["upstream"], values.upstream) == {"loadtest.environment_secret", "master.auth"}


def test_credentials_of_the_definition_reach_our_chart_alone(project: Project) -> None:
    secret = f"{{username: u, password: {CANARY}}}"
    project.write("config/smoke/test.yml", f"auth: {secret}\nwebLogin: {secret}\n")
    values = project.values("smoke")
    assert values.ours["auth"]["password"] == CANARY
    assert CANARY not in json.dumps(values.upstream)
    assert CANARY not in json.dumps(values.ours["upstream"])


@pytest.mark.parametrize("more", ["", "--autoquit=0"])
def test_the_documented_stress_file_works_as_it_is(project: Project, more: str) -> None:
    text = DOCUMENTED.replace("--autostart", f"--autostart\n    - {more}") if more else DOCUMENTED
    project.write("config/stress/locust.yml", text)
    project.write("config/stress/test.yml", 'locustfile: "stress.py"\n')
    upstream = project.values("stress").upstream
    assert upstream["loadtest"]["locust_host"] == "http://target.example"
    assert upstream["loadtest"]["locust_locustfile"] == "../../opt/swarmfile/swarmfile/plugin.py,/mnt/locust/stress.py"
    assert {"--master", "--master-bind-host=0.0.0.0", "--autostart", more or "--autostart"} <= set(
        upstream["master"]["args"]
    )
    assert upstream["worker"]["hpa"] == {"minReplicas": 1, "maxReplicas": 20}
    assert '{{ template "locust.fullname" . }}' in upstream["worker"]["keda"]["triggers"]
