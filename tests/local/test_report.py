"""Runs with failures of every kind, and the page that tells of them: complete, valid, and without a secret."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from demo.process import RunningTarget, running_target
from swarmfile.cli.local.ports import free_port
from swarmfile.cli.main import exit_code
from tests.local.swarm import Swarm, swarm
from tests.local.test_credentials import CANARY, FORMS, PAIR
from tests.waiting import wait_until

KINDS = {"requests": "HttpUser", "geventhttpclient": "FastHttpUser", "swarmfile": "SwarmHttpUser"}
# Each client fails in each way; nothing listens at the closed port. /echo answers with the header that it was sent.
USER = """
class By{base}({base}):
    wait_time = constant(0.3)

    @task
    def fails(self):
        sent = {{"json": {{"who": "{kind}"}}, "headers": {{"X-Who": "{kind}"}}}}
        self.client.get("/flaky?rate=1", name="/fail by {kind}", **sent)
        self.client.get("http://127.0.0.1:{closed_port}/", name="/refused by {kind}")
        with self.client.get("/echo", name="<script>alert(1)</script> by {kind}", catch_response=True) as response:
            logging.warning("answered %s", response.text)
            response.failure(f"{kind} is not content: {{response.text}}")
"""
IMPORTS = """
import logging

from swarmfile.http.user import SwarmHttpUser
from locust import FastHttpUser, HttpUser, constant, task
"""
# On a machine that does much else.
START_AND_FAIL_S = 240.0
# Elements that have no end.
VOID = {"meta"}


class Page(HTMLParser):
    """Checks that elements are nested, and collects what there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.addresses: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.ids.update(value or "" for name, value in attrs if name == "id")
        self.addresses += [(tag, value or "") for name, value in attrs if name in ("src", "href", "action", "data")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        assert tag == "path", f"<{tag}/> is not closed by its slash"
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def target() -> Iterator[RunningTarget]:
    with running_target(environment={"DEMO_BASIC_AUTH": PAIR}) as running:
        yield running


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, target: RunningTarget) -> Iterator[Swarm]:
    """A run of two workers in which everything fails, until each kind of failure was seen."""
    # Everything fails, and nothing is to end the run before each kind was seen.
    assertions = {"p95ThresholdMs": 60000, "errorRateThreshold": 0.5, "safetyStop": ""}
    settings = {"traceparent": True, "assertions": assertions}
    secrets = {"username": "tester", "password": CANARY}
    closed_port = free_port()
    users = (USER.format(kind=kind, base=base, closed_port=closed_port) for kind, base in KINDS.items())
    script = IMPORTS + "\n".join(users)
    how = {"settings": settings, "secrets": secrets, "environment": {"SWARMFILE_RUN": "smoke-it"}}
    with swarm(tmp_path_factory.mktemp("run"), target.url, script=script, **how) as run:
        run.start("--users=6", "--spawn-rate=6", "--autostart")
        kinds = 3 * len(KINDS)
        wait_until(lambda: len(names_that_failed(run)) == kinds, lambda: f"all kinds: {run.log()}", START_AND_FAIL_S)
        run.post("/stop")
        run.await_verdict()
        yield run


def names_that_failed(run: Swarm) -> set[str]:
    """Returns the names at which a worker reported more failures than are kept."""
    try:
        with urlopen(f"{run.url}/stats/requests", timeout=10) as answer:
            return {row["name"] for row in json.load(answer)["stats"] if row["num_failures"] > 3} - {"Aggregated"}
    except OSError:
        return set()


@pytest.fixture(scope="module")
def page(finished: Swarm, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "page.html"
    assert exit_code(["report", str(finished.run_folder()), "-o", str(path)]) == 0
    return path.read_text()


def evidence(run: Swarm) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = run.metrics()["evidence"]
    return kept


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_is_kept_with_request_and_response(finished: Swarm, kind: str) -> None:
    kept = [one for one in evidence(finished) if one["name"] == f"/fail by {kind}"]
    assert 1 <= len(kept) <= 3
    for one in kept:
        assert (one["method"], one["response"]["status"]) == ("GET", 500)
        assert one["url"].endswith("/flaky?rate=1")
        assert json.loads(one["request"]["body"]) == {"who": kind}
        assert ["X-Who", kind] in one["request"]["headers"]
        assert "content-length" in {name.lower() for name, _ in one["response"]["headers"]}
        assert re.fullmatch(r"[0-9a-f]{32}", one["trace"])
        assert one["time_ms"] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_connection_is_kept_without_a_response(finished: Swarm, kind: str) -> None:
    kept = [one for one in evidence(finished) if one["name"] == f"/refused by {kind}"]
    assert kept
    assert {one["response"] for one in kept} == {None}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_script_judged_a_failure_is_kept_with_the_body_that_it_judged(finished: Swarm, kind: str) -> None:
    kept = [one for one in evidence(finished) if one["name"].endswith(f"</script> by {kind}")]
    assert kept
    assert all(one["cause"].count(f"{kind} is not content") for one in kept)
    assert all("[redacted]" in one["response"]["body"] for one in kept)


def test_every_trace_is_one_of_its_own(finished: Swarm) -> None:
    traces = [one["trace"] for one in evidence(finished)]
    assert len(set(traces)) == len(traces) > 9


def test_the_timeline_counts_every_request(finished: Swarm) -> None:
    metrics = finished.metrics()
    timeline = metrics["timeline"]
    at = {name: index for index, name in enumerate(timeline["columns"])}
    counted = [sum(row[at[name]] for row in timeline["rows"]) for name in ("requests", "failures")]
    assert counted == [metrics["totals"]["requests"], metrics["totals"]["failures"]]
    assert max(row[at["present"]] for row in timeline["rows"]) == 6


def test_warnings_of_workers_are_kept_once_with_their_count(finished: Swarm) -> None:
    lines = [line for line in finished.metrics()["logs"] if line["text"].startswith("answered ")]
    assert lines
    assert {line["level"] for line in lines} == {"WARNING"}
    assert not {process for line in lines for process in line["processes"]} & {"master"}


def test_the_page_says_verdict_reasons_and_evidence(finished: Swarm, page: str) -> None:
    verdict, text = finished.verdict(), html.unescape(page)
    assert f"<title>{verdict['outcome']} smoke-it</title>" in page
    assert verdict["reasons"]
    for shown in [*verdict["reasons"], *(one["trace"] for one in evidence(finished)), "traceparent: true"]:
        assert shown in text


def test_the_page_is_valid_and_fetches_nothing(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    assert set(parsed.ids.values()) == {1}
    assert all(address.startswith("#") for _, address in parsed.addresses), parsed.addresses
    assert not re.search(r"url\(|@import|<link|<img|<iframe", page)
    assert (parsed.tags["main"], parsed.tags["h1"], parsed.tags["figure"]) == (1, 1, 4)


def test_what_a_run_recorded_is_text(page: str) -> None:
    assert Page(page).tags["script"] == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt; by swarmfile" in page


def test_neither_results_nor_page_nor_logs_hold_the_password(finished: Swarm, page: str) -> None:
    files = [path for path in finished.folder.rglob("*") if path.is_file() and "stage" not in path.parts]
    texts = {str(path.relative_to(finished.folder)): path.read_text(errors="replace") for path in files}
    assert "[redacted]" in page
    assert {Path(name).name for name in texts} > {"metrics.json", "report.html", "worker-0.log", "master.log"}
    found = {name for name, text in {**texts, "page": page}.items() if any(form in text for form in FORMS)}
    assert found == {"auth/password"}
