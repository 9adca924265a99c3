"""The real command line with a real swarm against the real demo target."""

import csv
import json
import re
import signal
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from demo.process import RunningTarget
from tests.fault_table import assert_as_documented
from tests.local.swarmfile_process import Started, run_arguments, started
from tests.results_folder import RUN_FILES

TIGHT_LOOP = """
from locust import FastHttpUser, task

class TightUser(FastHttpUser):
    @task
    def front_page(self):
        self.client.get("/")
    @task
    def product(self):
        self.client.get("/products/7", name="/products/[id]")
"""
A_TERMINAL = (sys.executable, "-c", "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))")
# There is a line every 5 s, and the first may come before all users do.
BUSY = r"smoke: running, .* users 4/4"


def small(folder: Path, target: RunningTarget, *more: str) -> list[str]:
    """Returns the arguments of a run with little load and two workers."""
    return run_arguments(folder, target.url, "smoke", "--users=4", "--spawn-rate=4", "--workers=2", *more)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".log")}


def requests_in(folder: Path) -> dict[str, int]:
    """Returns how many requests each file that has a number of them tells."""
    report = (folder / "report.html").read_text()
    pattern = r'"name": ?"Aggregated".*?"num_requests": ?(\d+)|"num_requests": ?(\d+)[^{}]*"Aggregated"'
    shown = re.search(pattern, report)
    assert shown
    rows = {row["Name"]: row for row in csv.DictReader((folder / "locust_stats.csv").open())}
    *_, last = csv.DictReader((folder / "locust_stats_history.csv").open())
    return {
        "metrics.json": json.loads((folder / "metrics.json").read_text())["totals"]["requests"],
        "locust_stats.csv": int(rows["Aggregated"]["Request Count"]),
        "locust_stats_history.csv": int(last["Total Request Count"]),
        "report.html": int(shown[1] or shown[2]),
    }


def test_every_result_counts_what_the_target_counted(target: RunningTarget, tmp_path: Path) -> None:
    (tmp_path / "tight.py").write_text(TIGHT_LOOP)
    # Without a stop timeout Locust breaks off the last requests, which the target has counted by then.
    finished = ("--set", "loadTest.extraArgs=[--stop-timeout=10]", "--locustfile", str(tmp_path / "tight.py"))
    load = ("--users=20", "--spawn-rate=20", "--run-time=20s", "--workers=2", "--tag=team=shop", "--note=why")
    arguments = run_arguments(tmp_path, target.url, "smoke", *load, *finished)
    with started(tmp_path, *arguments) as run:
        code = run.ended()
        assert run.left_behind() == []
    assert code == run.verdict()["exitCode"]
    (folder,) = run.runs()
    assert files(folder) == RUN_FILES

    metrics = json.loads((folder / "metrics.json").read_text())
    counted = target.counts()
    assert counted["total"] >= 10_000
    told = requests_in(folder)
    assert told == dict.fromkeys(told, counted["total"])
    assert {entry["name"]: entry["requests"] for entry in metrics["endpoints"]} == {
        "/": counted["by_route"]["GET /"],
        "/products/[id]": counted["by_route"]["GET /products/{id}"],
    }
    assert f"| all | {counted['total']} |" in (folder / "summary.md").read_text()
    assert f" {counted['total']} " in run.output
    assert (metrics["tags"], metrics["note"]) == ({"team": "shop"}, "why")


def test_types_that_pass_follow_each_other_and_show_their_course(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *small(tmp_path, target, "load", "--run-time=12s")) as run:
        assert run.ended() == 0, run.output
        assert run.left_behind() == []
    assert [folder.name.split("-")[0] for folder in run.runs()] == ["smoke", "load"]
    assert re.search(BUSY + r", [\d.]+ requests/s, 0 failed \(0.0%\), p50 \d+ ms, p95 \d+ ms", run.output), run.output
    assert run.output.endswith(f"PASS {run.runs()[1].name}\nresults: {run.runs()[1]}\n")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_first_type_that_is_not_pass_is_the_last(target: RunningTarget, tmp_path: Path) -> None:
    load = ("--users=2", "--run-time=3s", "--workers=1", "--set=assertions.p95ThresholdMs=0.001")
    with started(tmp_path, *run_arguments(tmp_path, target.url, "smoke", "load", *load)) as run:
        assert run.ended() == 1, run.output
    assert [folder.name.split("-")[0] for folder in run.runs()] == ["smoke"]
    assert run.verdict()["outcome"] == "FAIL"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_and_keeps_its_results(
    target: RunningTarget, tmp_path: Path, number: signal.Signals
) -> None:
    with started(tmp_path, *small(tmp_path, target, "--run-time=5m")) as run:
        run.printed(BUSY)
        run.process.send_signal(number)
        assert run.ended() == 2, run.output
        assert run.left_behind() == []
    assert files(run.runs()[0]) == RUN_FILES
    assert any("cut short: terminated" in sentence for sentence in run.verdict()["reasons"]), run.verdict()


def test_in_a_terminal_there_is_a_table_and_ctrl_c_ends_it(target: RunningTarget, tmp_path: Path) -> None:
    arguments = small(tmp_path, target, "--run-time=5m")
    with started(tmp_path, *arguments, through=A_TERMINAL, TERM="xterm-256color", COLUMNS="120") as run:
        run.printed(r"running[^\n]* of 5:00")
        run.printed(r"users[^\n]*requests/s[^\n]*failures[^\n]*p50[^\n]*p95[^\n]*left[^\n]*phase")
        assert run.process.stdin
        run.process.stdin.write(b"\x03")
        run.process.stdin.flush()
        assert run.ended() == 2, run.output
        assert run.left_behind() == []
    assert any("cut short: interrupted" in sentence for sentence in run.verdict()["reasons"]), run.verdict()


def test_a_second_ctrl_c_kills(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *small(tmp_path, target, "--run-time=5m")) as run:
        run.printed(BUSY)
        run.master().suspend()
        run.process.send_signal(signal.SIGINT)
        run.process.send_signal(signal.SIGTERM)
        assert run.ended() == 2, run.output
        assert run.left_behind() == []
    assert run.verdict()["reasons"] == ["killed by a second signal before the results were written"]


def test_a_killed_master_is_invalid_and_said_so(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *small(tmp_path, target, "--run-time=5m")) as run:
        run.printed(BUSY)
        run.master().kill()
        assert run.ended() == 2, run.output
        assert run.left_behind() == []
    assert_as_documented("the master is killed on a laptop", run.verdict())
    assert {"verdict.json", "junit.xml", "summary.md"} <= files(run.runs()[0])


def test_a_killed_command_line_leaves_no_process(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *small(tmp_path, target, "--run-time=5m")) as run:
        run.printed(BUSY)
        assert len(run.locusts()) == 3
        run.process.kill()
        assert run.left_behind() == []


def test_a_killed_worker_leaves_no_process(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *small(tmp_path, target, "--run-time=12s")) as run:
        run.printed(BUSY)
        run.workers()[0].kill()
        assert run.ended() == run.verdict()["exitCode"]
        assert run.left_behind() == []


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import nothing_there", "mine.py: line 1: ModuleNotFoundError: No module named 'nothing_there'"),
        ("class Shopper(dict): ...", "mine.py has no User class"),
    ],
)
def test_a_script_that_cannot_run_is_said_in_the_reason(
    target: RunningTarget, tmp_path: Path, script: str, reason: str
) -> None:
    (tmp_path / "mine.py").write_text(script)
    with started(tmp_path, *small(tmp_path, target), LOCUSTFILE=str(tmp_path / "mine.py")) as run:
        assert run.ended() == 2, run.output
        assert run.left_behind() == []
    assert reason in run.verdict()["reasons"][0]
    assert target.counts()["total"] == 0


def test_dev_waits_in_its_web_ui_until_ctrl_c(target: RunningTarget, tmp_path: Path) -> None:
    with started(tmp_path, *run_arguments(tmp_path, target.url, "dev", "--workers=1")) as run:
        run.printed(r"dev: ready, workers: 1")
        url = run.printed(r"web UI: (http://127\.0\.0\.1:\d+)")[1]
        post(run, f"{url}/swarm", user_count="1", spawn_rate="1", host=target.url, run_time="3s")
        run.printed(r"PASS dev-")
        assert run.process.poll() is None
        run.process.send_signal(signal.SIGINT)
        assert run.ended() == 0, run.output
        assert run.left_behind() == []
    assert run.verdict()["outcome"] == "PASS"


def post(run: Started, url: str, **form: str) -> None:
    urllib.request.urlopen(url, data=urllib.parse.urlencode(form).encode(), timeout=30).close()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run", "smoek"], r"swarmfile: smoek: there is no such test type; write one of smoke, .*"),
        (["run", "smoke"], r"swarmfile: HOST is not set; .*"),
        (["run", "smoke", "--usres=1"], r"swarmfile: No such option '--usres'.*"),
        (
            ["run", "stress", "--host=http://127.0.0.1:1", "--set", "assertions.p95ThresholdMs=fast"],
            r'swarmfile: --set: assertions\.p95ThresholdMs: "fast" is not a number; write milliseconds, .*',
        ),
        (
            ["run", "stress", "--host=http://127.0.0.1:1", "--set", "assertions.p95TresholdMs=1"],
            r"swarmfile: --set: assertions\.p95TresholdMs: this key is unknown; did you mean p95ThresholdMs\?",
        ),
    ],
)
def test_bad_input_is_one_line_and_creates_nothing(tmp_path: Path, arguments: list[str], line: str) -> None:
    with started(tmp_path, *arguments, "--results", str(tmp_path / "results")) as run:
        assert run.ended() == 3
    assert re.fullmatch(line + "\n", run.output), run.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["output", "tmp"]
