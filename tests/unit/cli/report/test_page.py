import re
from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.cli.report.data import read_report
from swarmfile.cli.report.page import page
from tests.unit.cli.report.conftest import HISTORY, METRICS, STATE, VERDICT

Folder = Callable[..., Path]
DASHBOARD = "https://grafana.test/d/run?var-run=smoke-1&from=1"


@pytest.fixture
def finished(folder: Folder) -> str:
    return page(read_report(folder(verdict_json=VERDICT, metrics_json=METRICS | {"dashboard": DASHBOARD})))


@pytest.mark.parametrize(
    "shown",
    [
        "<title>FAIL smoke-1</title>",
        "p95 was 250 ms &amp; above &lt;100 ms&gt;",
        "Warning: p99 was high",
        '<span class="state broken">broken</span>',
        '<a href="https://grafana.test/d/run?var-run=smoke-1&amp;from=1"',
        "worker-2</th><td>lost",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "criteria:",
        "<dt>Tag branch</dt><dd>main</dd>",
        "ramp (0:00 to 0:02)",
    ],
)
def test_the_page_shows(finished: str, shown: str) -> None:
    assert shown in finished


def test_the_verdict_and_its_reasons_come_before_everything_else(finished: str) -> None:
    places = [finished.index(text) for text in ("<h1>", "p95 was 250", 'id="assertions"', "<figure", 'id="requests"')]
    assert places == sorted(places)


def test_what_a_run_recorded_is_never_markup(finished: str) -> None:
    assert "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in finished
    assert finished.count("<script>") == 1
    assert "<b>" not in finished


def test_characters_that_no_page_may_hold_are_shown_as_such(folder: Folder) -> None:
    text = page(read_report(folder(verdict_json=VERDICT | {"reasons": ["a\0b\x1b\ud800c\n"]})))
    assert "a\\x00b\\x1b\\ud800c" in text
    assert text.encode()


def test_columns_sort_by_numbers_not_by_their_words(finished: str) -> None:
    assert '<td data-value="0.1">10 %</td>' in finished
    assert len(re.findall(r'<th scope="col"><button type="button">', finished)) == 10


@pytest.mark.parametrize(
    ("files", "shown"),
    [
        ({"state_json": STATE}, "The run goes on"),
        ({"verdict_json": VERDICT | {"outcome": "PASS", "reasons": []}}, "Every assertion held"),
        (
            {"verdict_json": VERDICT, "state_json": STATE, "locust_stats_history_csv": HISTORY},
            "of everything until then",
        ),
        ({"verdict_json": VERDICT, "metrics_json": {**METRICS, "planned_s": None}}, "<dd>0:04</dd>"),
        ({"verdict_json": VERDICT}, "Nothing was recorded over time."),
    ],
)
def test_a_run_of_which_less_is_known_has_a_page_too(folder: Folder, files: dict[str, object], shown: str) -> None:
    assert shown in page(read_report(folder(**files)))
