"""What stands at the end is what the files say."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from swarmfile.cli.local.ending import read_json, show_ending

NUMBERS = {
    "requests": 12,
    "failures": 3,
    "average_ms": 10.4,
    "percentiles_ms": {"p50": 9, "p95": 20, "p99": 31},
    "requests_per_s": 1.26,
}
NONE = {**NUMBERS, "requests": 0, "failures": 0}
VERDICT = {
    "run": "smoke-1",
    "outcome": "FAIL",
    "exitCode": 1,
    "reasons": ["p95 is 1200 ms, above 1000 ms"],
    "warnings": ["a worker was lost"],
    "assertions": [
        {"assertion": "p95", "value": 1200, "threshold": 1000, "state": "broken"},
        {"assertion": "error rate", "value": None, "threshold": 0.01, "state": "unknown"},
    ],
}


def ending(folder: Path, metrics: dict[str, Any] | None, verdict: dict[str, Any] | None) -> str:
    for name, content in (("metrics.json", metrics), ("verdict.json", verdict)):
        if content is not None:
            (folder / name).write_text(json.dumps(content))
    console = Console(file=io.StringIO(), width=120)
    show_ending(console, folder)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def metrics_of(count: int) -> dict[str, Any]:
    endpoints = [{"name": f"/{n}", "method": "GET", **NUMBERS} for n in range(count)]
    return {"endpoints": endpoints, "totals": NUMBERS, "generator": {"sentence": "It was not the limit."}}


@pytest.mark.parametrize(
    "text",
    [
        "│ GET /0  │       12 │        3 │   10 ms │ 9 ms │ 20 ms │ 31 ms │        1.3 │",
        "\nIt was not the limit.\n",
        "p95: broken, value 1200, threshold 1000",
        "error rate: unknown, threshold 0.01",
        "FAIL smoke-1\n  p95 is 1200 ms, above 1000 ms\n  warning: a worker was lost\nresults: ",
    ],
)
def test_the_numbers_the_verdict_and_its_reasons_are_shown(tmp_path: Path, text: str) -> None:
    assert text in ending(tmp_path, metrics_of(1), VERDICT)


def test_a_name_is_no_markup_and_commands_no_terminal(tmp_path: Path) -> None:
    metrics = metrics_of(1)
    metrics["endpoints"][0]["name"] = "/[id]/[/nope]\x1b[2J"
    assert "GET /[id]/[/nope]\\x1b[2J" in ending(tmp_path, metrics, VERDICT)


def test_many_endpoints_are_cut_and_the_rest_is_counted(tmp_path: Path) -> None:
    text = ending(tmp_path, metrics_of(25), VERDICT)
    assert "GET /19" in text
    assert "GET /20" not in text
    assert "… 5 more in metrics.json" in text


def test_without_requests_no_time_is_invented(tmp_path: Path) -> None:
    assert " ms" not in ending(tmp_path, {"endpoints": [], "totals": NONE}, None)


def test_without_files_the_folder_is_named(tmp_path: Path) -> None:
    assert ending(tmp_path, None, None) == f"results: {tmp_path}\n"


@pytest.mark.parametrize("text", ["", "[1]", "{"])
def test_a_file_that_is_no_result_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "verdict.json").write_text(text)
    assert read_json(tmp_path / "verdict.json") is None
