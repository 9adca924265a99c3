"""Bad values are refused before anything is created, and the last line names key and reason."""

from pathlib import Path
from typing import Any

import pytest

from tests.chart.rendering import HOST, template

GOOD = {"loadTest": {"host": HOST}, "locustfile": {"inline": "x = 1"}}
REFUSED = [
    ({"loadTest": {"host": ""}}, "loadTest.host is empty; write"),
    ({"loadTest": {"host": "example.com"}}, "/loadTest/host"),
    ({"loadTest": {"hosts": HOST}}, "'hosts' not allowed"),
    ({"loadtest": {}}, "'loadtest' not allowed"),
    ({"loadTest": {"host": HOST, "profile": "huge"}}, "loadTest.profile: huge is not one of load, smoke, soak, stress"),
    (
        {"loadTest": {"host": HOST, "profile": "huge"}, "upstream": {"loadtest": {"name": "locust"}}},
        "loadTest.profile: huge is not one of load, smoke, soak, stress",
    ),
    ({"loadTest": {"host": HOST, "users": 0}}, "/loadTest/users"),
    ({"loadTest": {"host": HOST, "runTime": "2 minutes"}}, "/loadTest/runTime"),
    ({"locustfile": "nothere.py"}, "locustfile.file: nothere.py is not in the chart's files/; write one of "),
    ({"mode": "cron"}, "/mode"),
    ({"arrivals": {"rate": "500"}}, "/arrivals/rate"),
    ({"arrivals": {"stages": [{"rate": "5/s"}]}}, "/arrivals/stages/0"),
    ({"arrivals": {"rate": "5/s"}, "stages": [{"users": 1, "duration": "5s"}]}, "put stages with rates into arrivals"),
    ({"arrivals": {"rate": "5/s"}, "loadTest": {"host": HOST, "users": 5}}, "write arrivals.rate instead"),
    ({"testData": {"file": "nothere.csv"}}, "testData.file: nothere.csv is not in the chart's files/"),
    ({"testData": {"inline": "x" * 800_001}}, "inline files hold 800 KB together, a release at most 800 KB; put"),
    ({"testData": {"existingClaim": "a", "inline": "b"}}, "testData.existingClaim: a volume is the only source"),
    (
        {"testData": {"files": {"a.csv": "1", "b.csv": "2"}, "selectedFile": "c.csv"}},
        "c.csv is not among the test data; write one of a.csv, b.csv",
    ),
    ({"testData": {"selectedFile": "c.csv"}}, "testData.selectedFile: c.csv is chosen, but there is no test data"),
    (
        {
            "profiles": {"smoke": {"users": 1, "spawnRate": 1, "runTime": 9, "selectedFile": "c"}},
            "testData": {"inline": "x"},
        },
        "profiles.smoke.selectedFile: c is not among the test data; write one of batch_input.jsonl",
    ),
    (
        {"loadTest": {"host": HOST, "profile": "load", "users": 1, "spawnRate": 1, "runTime": "5s"}},
        "loadTest.profile: load changes nothing, since loadTest.users, spawnRate and runTime are all given as well",
    ),
    (
        {"loadTest": {"host": HOST, "profile": "load"}, "stages": [{"users": 1, "duration": "5s"}]},
        "loadTest.profile: load changes nothing, since stages are given as well",
    ),
    (
        {"loadTest": {"host": HOST, "profile": "load"}, "arrivals": {"rate": "5/s"}},
        "loadTest.profile: load changes nothing, since the load is arrivals, which are given as well",
    ),
    ({"auth": {"username": "a"}}, "auth.password: this is empty"),
    ({"auth": {"username": "a", "password": "b", "existingSecret": "c"}}, "keep one of them"),
    ({"auth": {"username": "a", "password": "b", "bearer": {"token": "c"}}}, "both set the Authorization header"),
    ({"auth": {"header": {"value": "a"}}}, "auth.header.name: this is empty"),
    (
        {"results": {"s3": {"bucket": "runs"}}},
        "results.s3.existingSecret: this is empty though results.s3.bucket is given",
    ),
    ({"results": {"s3": {"endpoint": "minio:9000"}}}, "/results/s3/endpoint"),
    ({"webLogin": {"username": "a"}}, "webLogin: username and password belong together"),
    ({"proxy": {"http": "http://me:secret@proxy:1"}}, "proxy.http: this holds a password"),
    ({"engine": {"worker": {"replicas": 2}}}, "at '/engine': value must be 'absent: write upstream instead of engine'"),
    ({"names": {"engine": "locust"}}, "at '/names/engine': value must be 'absent: write upstream instead of engine'"),
    ({"upstream": {"master": {"args": ["--users 10"]}}}, "/upstream/master/args/0"),
    ({"upstream": {"image": {"tag": 2.47}}}, "/upstream/image/tag"),
    (
        {"upstream": {"worker": {"keda": {"minReplicas": 5, "maxReplicas": 2}}}},
        "upstream.worker.keda.maxReplicas: 2 is below minReplicas 5; write at least 5",
    ),
    (
        {"upstream": {"worker": {"hpa": {"minReplicas": 5, "maxReplicas": 2}}}},
        "upstream.worker.hpa.maxReplicas: 2 is below minReplicas 5; write at least 5",
    ),
]


@pytest.mark.parametrize(("values", "reason"), REFUSED, ids=[reason[:50] for _, reason in REFUSED])
def test_bad_values_are_refused_with_key_and_reason(helm4: Path, values: dict[str, Any], reason: str) -> None:
    assert_refused(helm4, values, reason)


@pytest.mark.parametrize(("values", "reason"), REFUSED[:3], ids=[reason[:50] for _, reason in REFUSED[:3]])
def test_helm_3_says_so_as_well(helm3: Path, values: dict[str, Any], reason: str) -> None:
    assert_refused(helm3, values, reason)


def assert_refused(helm: Path, values: dict[str, Any], reason: str) -> None:
    refused = template(helm, GOOD | values)
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert reason in "\n".join(last_lines(refused.stderr))


def last_lines(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip() and "--debug" not in line]
    return lines[-2:]


def test_a_refused_password_is_not_repeated(helm4: Path) -> None:
    refused = template(helm4, GOOD | {"proxy": {"http": "http://me:canary@proxy:1"}})
    assert "canary" not in refused.stderr


@pytest.mark.parametrize(
    "values",
    [
        {"libs": {"files": {"options.py": "# events.init_command_line_parser"}}},
        {"pipPackages": ["locust-plugins"]},
        {"upstream": {"image": {"repository": "example.com/own"}}},
    ],
    ids=["library", "plugin", "image"],
)
def test_an_argument_that_something_may_add_is_none_of_the_charts_business(helm4: Path, values: dict[str, Any]) -> None:
    load = {"host": HOST, "extraArgs": ["--shop", "berlin", "--users=0"]}
    assert_refused(helm4, {**values, "loadTest": load}, "loadTest.extraArgs: --users: 0 cannot be read")
    accepted = template(helm4, GOOD | values | {"loadTest": {"host": HOST, "extraArgs": ["--shop", "berlin"]}})
    assert accepted.returncode == 0, accepted.stderr
