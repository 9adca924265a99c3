"""What a test definition makes of the load, the script, the data, and the Job's name."""

import json
from pathlib import Path
from typing import Any

import pytest

from swarmfile.definition.load import LoadOptions, resolve, sentence
from swarmfile.definition.settings import Mode, parse
from tests.chart.rendering import HOST, container, environment, of_kind, of_role, pod_spec, render, template
from tests.data_choices import CHOICES

SCRIPT = {"locustfile": {"inline": "from locust import HttpUser\n"}}


def job(helm: Path, values: dict[str, Any], *arguments: str) -> dict[str, Any]:
    return of_role(render(helm, {"loadTest": {"host": HOST}} | values, *arguments), "master")


def load_of(documents: list[dict[str, Any]]) -> str:
    """The load that the plugin makes of the rendered settings and of a command line without one, in words."""
    settings = parse(json.loads(of_kind(documents, "ConfigMap", "-settings")["data"]["settings.json"]))
    return sentence(settings, resolve(settings, LoadOptions(), one_run_only=settings.mode is Mode.JOB))


@pytest.mark.parametrize(
    ("set_", "expected"),
    [
        ([], "10 users, 5/s, for 2m"),
        (["loadTest.profile=load"], "100 users, 10/s, for 5m"),
        (["loadTest.profile=stress"], "500 users, 50/s, for 10m"),
        (["loadTest.profile=soak"], "100 users, 10/s, for 30m"),
        (["loadTest.users=3"], "3 users, 5/s, for 2m"),
        (["loadTest.users=1500000"], "1,500,000 users, 5/s, for 2m"),
        (["loadTest.spawnRate=0.5"], "10 users, 0.5/s, for 2m"),
        (["loadTest.runTime=20s"], "10 users, 5/s, for 20s"),
        (
            [
                "profiles.mine.users=7",
                "profiles.mine.spawnRate=0.5",
                "profiles.mine.runTime=1h",
                "loadTest.profile=mine",
            ],
            "7 users, 0.5/s, for 1h",
        ),
        (["stages[0].users=5", "stages[0].duration=1m"], "5 users, in 1 stage, for 1m"),
        (["arrivals.rate=5/s"], "at most 1,000 users, 5 arrivals/s, for 2m"),
        (["workers.replicas=3"], "10 users, 5/s, for 2m, 3 workers expected"),
    ],
)
def test_profile_and_overrides_become_the_load(helm: Path, set_: list[str], expected: str) -> None:
    values = SCRIPT | {"loadTest": {"host": HOST}}
    assert load_of(render(helm, values, *[word for one in set_ for word in ("--set", one)])) == expected


def test_the_masters_arguments_say_nothing_of_the_load(helm: Path) -> None:
    load = {"host": HOST, "users": 3, "tags": ["a", "b"], "excludeTags": ["c"]}
    documents = render(helm, SCRIPT | {"workers": {"replicas": 2}, "loadTest": load})
    assert container(of_role(documents, "master"))["args"] == ["--master"]
    assert load_of(documents) == "3 users, 5/s, for 2m, 2 workers expected, tags a b, without tags c"


@pytest.mark.parametrize(
    ("set_", "type_"),
    [
        ("runId=1", "smoke"),
        ("loadTest.profile=stress", "stress"),
        ("loadTest.profile=stress,loadTest.users=5", "stress"),
        ("loadTest.profile=stress,type=shop", "shop-stress"),
        ("loadTest.profile=stress,type=stress", "stress"),
        ("type=shop", "shop"),
    ],
)
def test_the_type_of_a_run_says_whose_load_it_is(helm: Path, set_: str, type_: str) -> None:
    documents = render(helm, SCRIPT | {"loadTest": {"host": HOST}}, "--set", set_)
    settings = of_kind(documents, "ConfigMap", "-settings")
    assert json.loads(settings["data"]["settings.json"])["type"] == type_
    assert {one["metadata"]["labels"]["swarmfile.io/type"] for one in documents} == {type_}


def test_fractions_from_the_command_line_are_numbers_in_the_settings(helm: Path) -> None:
    values = SCRIPT | {"loadTest": {"host": HOST}}
    fractions = {
        "assertions.errorRateThreshold": 0.05,
        "loadTest.spawnRate": 0.5,
        "arrivals.maxDropped": 0.001,
        "validity.deliveryTolerance": 0.2,
        "validity.workerLossToleranceS": 7.5,
        "validity.saturationTolerance": 0.1,
        "validity.scriptErrorTolerance": 0.01,
    }
    documents = render(helm, values, "--set", ",".join(f"{key}={value}" for key, value in fractions.items()))
    settings = json.loads(of_kind(documents, "ConfigMap", "-settings")["data"]["settings.json"])
    for key, value in fractions.items():
        part, name = key.split(".")
        assert settings[part][name] == value


def test_an_assertion_that_is_null_asserts_nothing(helm: Path) -> None:
    documents = render(helm, SCRIPT | {"loadTest": {"host": HOST}}, "--set", "assertions.p95ThresholdMs=null")
    settings = json.loads(of_kind(documents, "ConfigMap", "-settings")["data"]["settings.json"])
    assert settings["assertions"]["p95ThresholdMs"] is None


def test_further_arguments_are_passed_on(helm4: Path) -> None:
    load = {"host": HOST, "extraArgs": ["--stop-timeout=10"]}
    assert container(job(helm4, SCRIPT | {"loadTest": load}))["args"] == ["--stop-timeout=10"]


@pytest.mark.parametrize(("autostart", "starts"), [("false", ", to be started in the web UI"), ("true", "")])
def test_a_deployment_waits_unless_told_to_start(helm4: Path, autostart: str, starts: str) -> None:
    values = SCRIPT | {"mode": "deployment", "loadTest": {"host": HOST}}
    documents = render(helm4, values, "--set", f"loadTest.autostart={autostart}")
    assert load_of(documents) == f"10 users, 5/s, for 2m{starts}"


def test_workers_find_the_master_and_the_load_waits_for_them(helm4: Path) -> None:
    documents = render(helm4, SCRIPT | {"loadTest": {"host": HOST}, "workers": {"replicas": 3}})
    master, workers = of_role(documents, "master"), of_role(documents, "worker")
    service = of_kind(documents, "Service", "-master")
    assert (workers["spec"]["completions"], workers["spec"]["parallelism"]) == (3, 3)
    assert environment(workers)["LOCUST_MASTER_NODE_HOST"] == service["metadata"]["name"]
    assert service["spec"]["selector"].items() <= master["spec"]["template"]["metadata"]["labels"].items()
    assert container(master)["args"] == ["--master"]
    assert load_of(documents).endswith("3 workers expected")


def test_the_script_can_be_named_as_plain_text(helm4: Path) -> None:
    for locustfile in ("stress.py", {"file": "stress.py"}):
        documents = render(helm4, {"loadTest": {"host": HOST}, "locustfile": locustfile})
        assert list(of_kind(documents, "ConfigMap", "-scripts")["data"]) == ["stress.py"]
        assert environment(of_kind(documents, "Job"))["LOCUST_LOCUSTFILE"].endswith(",/mnt/locust/stress.py")


@pytest.mark.parametrize("locustfile", ["stress.py", {"file": "stress.py"}, {"inline": "x = 1"}])
def test_no_way_to_give_the_script_warns(helm: Path, locustfile: object) -> None:
    assert template(helm, {"loadTest": {"host": HOST}, "locustfile": locustfile}).stderr == ""


@pytest.mark.parametrize(
    ("values", "expected"), [*CHOICES, ({"testData": {"existingConfigMap": "mine", "selectedFile": "c.csv"}}, "c.csv")]
)
def test_the_chosen_file_is_in_test_data_file(helm4: Path, values: dict[str, Any], expected: str) -> None:
    load = {"host": HOST} | values.get("loadTest", {})
    shown = environment(job(helm4, SCRIPT | values | {"loadTest": load}))
    assert shown.get("TEST_DATA_FILE", "") == (f"/test_data/{expected}" if expected else "")


BASE = SCRIPT | {
    "testData": {"files": {"a.csv": "1", "b.csv": "2"}, "selectedFile": "a.csv"},
    "auth": {"username": "a", "password": "b"},
}


@pytest.mark.parametrize(
    "changed",
    [
        "locustfile.inline=pass",
        "libs.files.mine\\.py=x",
        "testData.files.a\\.csv=two",
        "loadTest.profile=load",
        "loadTest.users=11",
        "assertions.p95ThresholdMs=5",
        "auth.password=c",
        "runId=2",
        "resources.limits.memory=2Gi",
        "pipPackages[0]=requests",
        "testData.selectedFile=b.csv",
        "image.tag=2.47.1",
        "proxy.http=http://proxy:3128",
        "env[0].name=A,env[0].value=B",
        "podLabels.a=b",
        "workers.replicas=1",
        "sidecar.resources.limits.memory=1Gi",
    ],
)
def test_another_definition_is_another_job(helm4: Path, changed: str) -> None:
    before, after = job(helm4, BASE), job(helm4, BASE, "--set", changed)
    assert before["metadata"]["name"] != after["metadata"]["name"]
    assert environment(before)["SWARMFILE_DEFINITION"] != environment(after)["SWARMFILE_DEFINITION"]


@pytest.mark.parametrize("changed", ["workers.resources.limits.memory=2Gi", "workers.replicas=3"])
def test_workers_belong_to_the_definition(helm4: Path, changed: str) -> None:
    workers = BASE | {"workers": {"replicas": 2}}
    before, after = (named_jobs(helm4, workers, *more) for more in ((), ("--set", changed)))
    assert not before & after


@pytest.mark.parametrize("values", [{}, {"workers": {"replicas": 2}}])
def test_a_job_s_name_is_made_of_the_digest_that_its_pods_carry(helm: Path, values: dict[str, Any]) -> None:
    jobs = [one for one in render(helm, BASE | values | {"loadTest": {"host": HOST}}) if one["kind"] == "Job"]
    digests = {environment(one)["SWARMFILE_DEFINITION"] for one in jobs}
    assert len(digests) == 1
    assert {one["metadata"]["name"].rsplit("-", 1)[1] for one in jobs} == {digests.pop()[:8]}


@pytest.mark.parametrize(
    "changed", ["job.backoffLimit=1", "job.ttlSecondsAfterFinished=60", "networkPolicy.enabled=true"]
)
def test_what_makes_neither_pod_nor_run_makes_no_other_job(helm4: Path, changed: str) -> None:
    assert named_jobs(helm4, BASE) == named_jobs(helm4, BASE, "--set", changed)


def named_jobs(helm: Path, values: dict[str, Any], *arguments: str) -> set[str]:
    documents = render(helm, {"loadTest": {"host": HOST}} | values, *arguments)
    return {one["metadata"]["name"] for one in documents if one["kind"] == "Job"}


def test_the_same_definition_is_the_same_job(helm4: Path) -> None:
    assert job(helm4, BASE) == job(helm4, BASE)


def test_a_jobs_name_stays_valid_for_the_longest_release_name(helm4: Path) -> None:
    documents = render(helm4, SCRIPT | {"loadTest": {"host": HOST}, "workers": {"replicas": 1}}, release="r" * 53)
    # The Job controller adds six characters to make the pod's name.
    named = [one["metadata"]["name"] for one in documents if one["kind"] != "ConfigMap"]  # which may have 253
    assert max(map(len, named)) <= 63 - 6


def test_two_releases_share_no_name(helm4: Path) -> None:
    values = BASE | {"loadTest": {"host": HOST}, "workers": {"replicas": 1}}
    one, two = (
        {(document["kind"], document["metadata"]["name"]) for document in render(helm4, values, release=release)}
        for release in ("one", "two")
    )
    assert not one & two


def test_what_podspec_says_wins(helm4: Path) -> None:
    spec = pod_spec(job(helm4, SCRIPT | {"podSpec": {"restartPolicy": "OnFailure", "hostNetwork": True}}))
    assert (spec["restartPolicy"], spec["hostNetwork"]) == ("OnFailure", True)
    assert spec["containers"][0]["name"] == "locust"
