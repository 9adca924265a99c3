"""The CSV files have Locust's own columns and values."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from locust.env import Environment
from locust.stats import PERCENTILES_TO_REPORT, StatsCSVFileWriter

from swarmfile.results import csv as results_csv
from swarmfile.results.csv import History, harmless, history_row


@pytest.fixture
def environment() -> Iterator[Environment]:
    made = Environment()
    runner = made.create_local_runner()
    for milliseconds in (5, 50, 147):
        made.stats.log_request("GET", "/a, b", milliseconds, 3)
    made.stats.log_error("GET", "/a, b", 'says "no"')
    yield made
    runner.greenlet.kill()


@pytest.fixture
def locusts_own(environment: Environment, tmp_path: Path) -> Iterator[StatsCSVFileWriter]:
    writer = StatsCSVFileWriter(environment, PERCENTILES_TO_REPORT, str(tmp_path / "own"))
    yield writer
    writer.close_files()


def test_the_history_row_is_the_one_that_locust_writes(
    environment: Environment, locusts_own: StatsCSVFileWriter
) -> None:
    text = io.StringIO()
    ours = history_row(environment)
    locusts_own._stats_history_data_rows(csv.writer(text), float(str(ours[0])))
    assert [str(value) for value in ours] == next(csv.reader([text.getvalue()]))
    assert list(results_csv.HISTORY_COLUMNS) == locusts_own.stats_history_csv_columns


def test_names_and_errors_with_commas_and_quotes_read_back(environment: Environment) -> None:
    rows = list(csv.DictReader(io.StringIO(results_csv.stats(environment))))
    assert [(row["Name"], row["Request Count"]) for row in rows] == [("/a, b", "3"), ("Aggregated", "3")]
    (failure,) = csv.DictReader(io.StringIO(results_csv.failures(environment)))
    assert (failure["Error"], failure["Occurrences"]) == ('says "no"', "1")


def test_the_history_is_readable_while_it_grows(environment: Environment, tmp_path: Path) -> None:
    history = History(tmp_path / "run" / "locust_stats_history.csv")
    for count in (1, 2):
        history.append(environment)
        with (tmp_path / "run" / "locust_stats_history.csv").open(newline="") as file:
            assert len(list(csv.DictReader(file))) == count
    history.close()


def test_a_history_without_rows_is_a_file_with_columns(tmp_path: Path) -> None:
    History(tmp_path / "history.csv").close()
    assert (tmp_path / "history.csv").read_text().startswith("Timestamp,User Count,Type,Name,")


def test_an_error_ends_the_history_and_is_kept(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file" / "history.csv")
    history.append(environment)
    history.append(environment)
    history.close()
    assert isinstance(history.error, OSError)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+1+cmd", "'+1+cmd"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\\r=1"),
        ("\uff1d1", "'\uff1d1"),
        ("-5", "-5"),
        ("+1.5e3", "+1.5e3"),
        ("GET /a=b", "GET /a=b"),
        ("\x1b[2J", "\\x1b[2J"),
        ("", ""),
    ],
)
def test_a_text_is_no_formula_in_a_spreadsheet(text: str, cell: str) -> None:
    assert harmless(text) == cell


def test_names_errors_and_exceptions_are_no_formulas_and_numbers_stay() -> None:
    environment = Environment()
    runner = environment.create_local_runner()
    environment.stats.log_request("=A()", "=B()", 5, 1)
    environment.stats.log_error("=A()", "=B()", "=C()")
    runner.log_exception("local", "=D()", "=E()")
    (row, _) = csv.DictReader(io.StringIO(results_csv.stats(environment)))
    (failure,) = csv.DictReader(io.StringIO(results_csv.failures(environment)))
    (exception,) = csv.DictReader(io.StringIO(results_csv.exceptions(environment)))
    runner.greenlet.kill()
    assert (row["Type"], row["Name"], row["Request Count"]) == ("'=A()", "'=B()", "1")
    assert (failure["Name"], failure["Error"], failure["Occurrences"]) == ("'=B()", "'=C()", "1")
    assert (exception["Message"], exception["Traceback"]) == ("'=D()", "'=E()")
