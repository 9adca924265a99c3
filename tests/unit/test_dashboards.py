"""The rules of grafana/dashboard-linter that apply to the dashboards, and that they are what their generator writes."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest

from tools import dashboards

BOARDS = {path.stem: json.loads(path.read_text()) for path in dashboards.FOLDER.glob("*.json")}
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}") for name, one in BOARDS.items() for panel in one["panels"]
]
COUNTERS = r"swarmfile_\w+_(?:total|bucket|sum|count)\b"
Board = dict[str, Any]


@pytest.fixture(params=BOARDS.values(), ids=list(BOARDS))
def board(request: pytest.FixtureRequest) -> Board:
    found: Board = request.param
    return found


def expressions(panel: Board) -> Iterator[str]:
    for target in panel["targets"]:
        yield target["expr"].replace("$__rate_interval", "1m").replace("$__range", "1h")


def test_there_are_two_and_they_are_what_the_generator_writes() -> None:
    assert set(BOARDS) == {"swarmfile-run", "swarmfile-compare"}
    assert dashboards.main(["--check"]) == 0


def test_a_dashboard_cannot_be_edited_in_place(board: Board) -> None:
    assert board["editable"] is False


def test_the_data_source_can_be_chosen(board: Board) -> None:
    first = board["templating"]["list"][0]
    assert (first["name"], first["type"], first["query"], first["label"]) == (
        "datasource",
        "datasource",
        "prometheus",
        "Data source",
    )


@pytest.mark.parametrize(("name", "label"), [("job", "Job"), ("instance", "Instance")])
def test_job_and_instance_can_be_chosen(board: Board, name: str, label: str) -> None:
    (one,) = [choice for choice in board["templating"]["list"] if choice["name"] == name]
    assert (one["label"], one["multi"], one["allValue"], one["datasource"]["uid"]) == (
        label,
        True,
        ".+",
        "${datasource}",
    )


def test_choices_are_made_anew_with_the_time_range(board: Board) -> None:
    assert {one["refresh"] for one in board["templating"]["list"] if one["type"] == "query"} == {2}


def test_numbers_and_places_of_panels_are_their_own(board: Board) -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(places)) == len(set(numbers)) == len(board["panels"])


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_in_which_unit_from_the_chosen_source(panel: Board) -> None:
    assert panel["title"]
    assert panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert {panel["datasource"]["uid"], *(t["datasource"]["uid"] for t in panel["targets"])} == {"${datasource}"}


@pytest.mark.parametrize("panel", PANELS)
def test_a_panels_queries_are_promql_for_the_chosen_job_and_instance(panel: Board) -> None:
    assert panel["targets"]
    for text in expressions(panel):
        promql_parser.parse(text)
        selectors = re.findall(r"swarmfile_\w+(\{[^}]*\})?", text)
        assert all('job=~"$job"' in one and 'instance=~"$instance"' in one for one in selectors), text


@pytest.mark.parametrize("panel", PANELS)
def test_counters_are_read_as_rates_over_a_range_that_fits_the_scrapes(panel: Board) -> None:
    for target in panel["targets"]:
        bare = re.sub(r"(?:rate|increase)\(swarmfile_\w+\{[^}]*\}\[\$__(?:rate_interval|range)\]\)", "", target["expr"])
        assert not re.search(COUNTERS, bare), target["expr"]
        assert set(re.findall(r"\[(.*?)\]", target["expr"])) <= {"$__rate_interval", "$__range"}
