"""How a comparison is shown: what can be said, and ~ where nothing can."""

import json

import pytest

from swarmfile.cli.compare.table import Comparison, as_json, as_markdown, cells_of, terminal
from swarmfile.cli.terminal import console
from swarmfile.compare.comparison import Difference, FigureRow
from swarmfile.compare.kept import KeptRun

SLOWER = FigureRow("GET /a|b", "p95", 100.0, 112.34, 0.1234, 0.05, 0.2, Difference.SLOWER)
CLOSE = FigureRow("all", "rate", 10.0, 10.5, 0.05, -0.01, 0.11, Difference.TOO_CLOSE, times_more=3.2)


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (SLOWER, ("GET /a|b", "p95", "100 ms", "112.3 ms", "+12.3%", "+5.0% to +20.0%", "slower")),
        (
            CLOSE,
            (
                "all",
                "rate",
                "10/s",
                "10.5/s",
                "~",
                "-1.0% to +11.0%",
                "too close to tell; 4 times as much would decide",
            ),
        ),
        (
            FigureRow("all", "error rate", 0.01, 0.01, 0.0, -0.001, 0.0012, Difference.SAME, 0.0012),
            ("all", "error rate", "1.00%", "1.00%", "~", "-0.10 points to +0.12 points", "same within 0.2 points"),
        ),
        (FigureRow("all", "p99"), ("all", "p99", "-", "-", "~", "", "not measured")),
    ],
)
def test_a_row_says_what_can_be_said(row: FigureRow, cells: tuple[str, ...]) -> None:
    assert cells_of(row) == cells


def test_the_three_forms_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    runs = [KeptRun(name, "load", "PASS", 0.0) for name in ("old", "new")]
    comparison = Comparison(runs[:1], runs[1:], [SLOWER], ["a note"])
    console().print(terminal(comparison))
    assert "112.3 ms" in capsys.readouterr().out
    text = as_markdown(comparison)
    assert "| GET /a\\|b | p95 | 100 ms | 112.3 ms |" in text
    assert text.endswith("- a note\n")
    content = json.loads(as_json(comparison))
    assert (content["before"], content["after"], content["notes"]) == (["old"], ["new"], ["a note"])
    assert content["rows"][0]["finding"] == "slower"
