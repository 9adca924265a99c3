"""metrics.json says what Locust counted, and with what."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from locust.env import Environment

from swarmfile.results.metrics import as_json, digests
from swarmfile.run.context import Context
from swarmfile.run.finished import Run


def written(run: Run, **context: Any) -> dict[str, Any]:  # noqa: ANN401 - as Context takes it
    content: dict[str, Any] = json.loads(as_json(run, Environment(host="https://example.com"), Context(**context)))
    return content


def test_totals_and_endpoints_are_locusts(a_run: Callable[..., Run]) -> None:
    run = a_run()
    metrics = written(run)
    total = run.stats.total
    assert metrics["totals"]["requests"] == total.num_requests == sum(e["requests"] for e in metrics["endpoints"])
    assert metrics["totals"]["percentiles_ms"]["p95"] == total.get_response_time_percentile(0.95)
    assert {endpoint["name"] for endpoint in metrics["endpoints"]} == {"/", "/slow"}
    assert metrics["host"] == "https://example.com"


def test_planned_stands_against_delivered(a_run: Callable[..., Run]) -> None:
    load = written(a_run())["load"]
    assert (load["planned_users"], load["peak_users"], load["delivered_share"]) == (10, 10, 1.0)
    assert load["planned_user_seconds"] == load["delivered_user_seconds"] == 100.0


@pytest.mark.parametrize(("tags", "read"), [('{"team": "shop"}', {"team": "shop"}), ("", {}), ("{", {}), ("[1]", {})])
def test_tags_that_are_no_mapping_are_none(a_run: Callable[..., Run], tags: str, read: dict[str, str]) -> None:
    assert written(a_run(), tags=tags)["tags"] == read


def test_an_edited_script_has_another_digest(tmp_path: Path) -> None:
    environment, script = Environment(), tmp_path / "mine.py"
    environment.parsed_locustfiles = [str(script)]
    script.write_text("a = 1\n")
    before = digests(environment, Context())
    script.write_text("a = 2\n")
    after = digests(environment, Context())
    assert before["script"] != after["script"]
    assert (before["libs"], before["settings"]) == (after["libs"], after["settings"])
