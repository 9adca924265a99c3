"""Each example's values file works with the chart, by the command in its own first lines."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import ROOT, environment, manifests, of_kind, run

EXAMPLES = sorted((ROOT / "examples").glob("*/values.yaml"))
SCRIPTED = [path.parent.name for path in EXAMPLES if path.parent.name != "demo-target"]


def install_command(example: str) -> list[str]:
    """Returns the words of the `helm install` command in the comment on top of the values file."""
    text = (ROOT / "examples" / example / "values.yaml").read_text()
    comment = "\n".join(re.findall(r"^#(.*)$", text, re.MULTILINE))
    command = re.search(r"helm install (?:.*\\\n)*.*", comment)
    assert command, f"{example}: no helm install command"
    return shlex.split(command[0].replace("\\\n", " "))[2:]


def rendered(helm: Path, example: str, *arguments: str) -> list[dict[str, Any]]:
    words = [word.replace("./locust-tests", f"{ROOT}/locust-tests") for word in install_command(example)]
    words = [re.sub(r"(^|=)(examples/)", rf"\1{ROOT}/\2", word) for word in words]
    made = run(helm, "template", *words, *arguments)
    assert made.returncode == 0, made.stderr
    return manifests(made.stdout)


@pytest.mark.parametrize("example", SCRIPTED)
def test_the_script_arrives_byte_for_byte(helm4: Path, example: str) -> None:
    (script,) = (ROOT / "examples" / example).glob("*.py")
    scripts = of_kind(rendered(helm4, example), "ConfigMap", "-scripts")
    assert scripts["data"] == {f"{example}.py": script.read_text()}


@pytest.mark.parametrize(("profile", "data"), [("smoke", "few.csv"), ("load", "many.csv")])
def test_the_profile_selects_the_data(helm4: Path, profile: str, data: str) -> None:
    job = of_kind(rendered(helm4, "data-by-profile", "--set", f"loadTest.profile={profile}"), "Job")
    assert environment(job)["TEST_DATA_FILE"] == f"/test_data/{data}"


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_the_batch_input_can_be_chosen(helm4: Path, size: str) -> None:
    job = of_kind(rendered(helm4, "batch", "--set", f"testData.selectedFile={size}.jsonl"), "Job")
    assert environment(job)["TEST_DATA_FILE"] == f"/test_data/{size}.jsonl"


def test_the_batch_example_says_that_a_profile_is_not_used_and_how_to_use_one(helm4: Path) -> None:
    words = [word.replace("./locust-tests", f"{ROOT}/locust-tests") for word in install_command("batch")]
    words = [re.sub(r"(^|=)(examples/)", rf"\1{ROOT}/\2", word) for word in words]
    refused = run(helm4, "template", *words, "--set", "loadTest.profile=load")
    assert "loadTest.profile: load changes nothing, since loadTest.users, spawnRate and runTime" in refused.stderr
    written = re.search(r"--set (loadTest\S+profile=load)", (ROOT / "examples" / "batch" / "values.yaml").read_text())
    assert written
    job = of_kind(rendered(helm4, "batch", "--set", written[1]), "Job")
    assert job["metadata"]["labels"]["swarmfile.io/type"] == "batch-load"


def test_the_authenticated_example_names_its_secret_and_holds_none(helm4: Path) -> None:
    documents = rendered(helm4, "authenticated-api")
    assert not [one for one in documents if one["kind"] == "Secret"]
    assert "shop-login" in json.dumps(of_kind(documents, "Job"))
