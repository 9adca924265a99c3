import json
from pathlib import Path

import pytest

from benchmarks.cases import TOOLS, Case
from benchmarks.generators import Sample
from benchmarks.report import (
    BEGIN,
    END,
    Row,
    cost_table,
    markdown,
    memory_table,
    read_json,
    replace_tables,
    table,
    write_json,
)

RATES = {"swarm": 60_000.0, "fast": 10_000.0, "http": 2_000.0, "k6": 15_000.0, "wrk": 190_000.0}


def sample(rate: float, memory_mb: int = 50, counted: int = 100) -> Sample:
    return Sample(rate, 1e6 / rate, memory_mb * 1_000_000, reported=100, counted=counted, failed=0)


@pytest.fixture
def rows() -> list[Row]:
    few = Row(Case("small", 1), {tool: [sample(RATES[tool] * factor) for factor in (1, 3, 0.5)] for tool in TOOLS})
    many = Row(Case("small", 1001), {tool: [sample(RATES[tool], memory_mb=90, counted=103)] for tool in TOOLS})
    return [few, many]


def test_ratios_are_of_medians(rows: list[Row]) -> None:
    assert "| GET 13 bytes, 1 user | 60,000 | 10,000 | 2,000 | 15,000 | 190,000 | 4.0 | 6.0 | 30.0 |" in table(rows)


def test_requests_that_a_tool_miscounted_are_shown(rows: list[Row]) -> None:
    assert "| GET 13 bytes, 1001 users | 16.7 (3) |" in cost_table(rows)


def test_tables_replace_the_ones_before(rows: list[Row], tmp_path: Path) -> None:
    page = tmp_path / "BENCHMARKS.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        replace_tables(page, markdown(rows, {"CPU": "one"}))
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("- CPU: one") == 1


def test_memory_is_told_for_each_further_user(rows: list[Row]) -> None:
    assert "| SwarmHttpUser | 50 | 40 |" in memory_table(rows)


def test_every_sample_is_written(rows: list[Row], tmp_path: Path) -> None:
    write_json(rows, {"CPU": "one"}, tmp_path / "new" / "file.json")
    written = json.loads((tmp_path / "new" / "file.json").read_text())
    assert written["machine"] == {"CPU": "one"}
    assert [len(row["samples"]["swarm"]) for row in written["rows"]] == [3, 1]
    assert read_json(tmp_path / "new" / "file.json") == rows


def test_rows_that_nobody_measured_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"absent\.json is missing; run without --only first"):
        read_json(tmp_path / "absent.json")
