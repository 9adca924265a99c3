"""Credentials stand in the Secret and nowhere else."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import yaml

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import over_defaults, read_definition
from swarmfile.cli.local.staging import settings_of
from tests.chart.rendering import CASES, CHART, ROOT, of_kind, pod_spec, render

CREDENTIALS = yaml.safe_load((CASES / "credentials.yaml").read_text())


def test_no_credential_is_outside_the_secret(helm4: Path) -> None:
    documents = render(helm4, CREDENTIALS | {"mode": "deployment", "workers": {"replicas": 1}})
    secret = of_kind(documents, "Secret")
    held = [base64.b64decode(value).decode() for value in secret["data"].values()]
    canaries = [value for value in held if value.startswith("canary")]
    assert len(canaries) == 3
    others = yaml.safe_dump_all([one for one in documents if one is not secret])
    assert "canary" not in others
    assert not [value for value in canaries if base64.b64encode(value.encode()).decode() in others]


def test_a_laptop_may_know_of_a_definition_what_a_pod_may(helm4: Path) -> None:
    definition = read_definition(Clone(ROOT), "smoke", [])
    values = over_defaults(yaml.safe_load((CHART / "values.yaml").read_text()), CREDENTIALS)
    on_a_laptop = settings_of(replace(definition, test={**values, "locustfile": {"file": "smoke.py"}}))
    settings = of_kind(render(helm4, CREDENTIALS), "ConfigMap", "-settings")["data"]["settings.json"]
    in_a_pod = json.loads(
        settings, object_hook=lambda one: {key: kept for key, kept in one.items() if kept is not None}
    )
    # The chart counts its workers; a laptop's command line names their number to Locust itself.
    assert in_a_pod["loadTest"].pop("expectWorkers") == 0
    assert on_a_laptop == in_a_pod
    listed = json.loads((CHART / "files" / "pod-keys.json").read_text())
    assert set(on_a_laptop) == {path.split(".")[0] for path in listed}


def test_every_key_of_the_secret_is_mounted_under_its_name(helm4: Path) -> None:
    documents = render(helm4, CREDENTIALS)
    name = of_kind(documents, "Secret")["metadata"]["name"]
    volumes = {one["name"]: one for one in pod_spec(of_kind(documents, "Job"))["volumes"]}
    sources = [one["secret"] for one in volumes["credentials"]["projected"]["sources"]]
    ours = [item for source in sources if source["name"] == name for item in source["items"]]
    assert {item["key"] for item in ours} == set(of_kind(documents, "Secret")["data"])
    assert all(item["key"] == item["path"] for item in ours)


def test_keys_of_existing_secrets_get_the_names_that_the_library_reads(helm4: Path) -> None:
    documents = render(helm4, yaml.safe_load((CASES / "existing-secrets.yaml").read_text()))
    volumes = {one["name"]: one for one in pod_spec(of_kind(documents, "Job"))["volumes"]}
    sources = [one["secret"] for one in volumes["credentials"]["projected"]["sources"]]
    found = {item["path"]: (source["name"], item["key"]) for source in sources for item in source["items"]}
    assert found == {
        "token": ("api", "access"),
        "header-name": ("t-swarmfile-credentials", "header-name"),
        "header-value": ("api", "key"),
        "tls.crt": ("client", "c.pem"),
        "tls.key": ("client", "k.pem"),
        "web-username": ("ui", "who"),
        "web-password": ("ui", "secret"),
    }
