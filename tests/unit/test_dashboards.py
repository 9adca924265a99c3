"""The rules of grafana/dashboard-linter by its names for them; and the dashboards are what their generator writes."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import promql_parser
import pytest

from tools import dashboards

BOARDS = {path.stem: json.loads(path.read_text()) for path in dashboards.FOLDER.glob("*.json")}
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


Rule = Callable[[Board], Iterator[str]]


def targets(board: Board) -> Iterator[tuple[str, str]]:
    """A panel's title and a query of it, for Grafana's variables something that PromQL knows."""
    for panel in board["panels"]:
        for text in expressions(panel):
            yield panel["title"], text


def template_datasource(board: Board) -> Iterator[str]:
    sources = [one for one in board["templating"]["list"] if one["type"] == "datasource"]
    if [(one["name"], one["label"], one["query"]) for one in sources] != [("datasource", "Data source", "prometheus")]:
        yield f"one source called datasource, labelled Data source: {sources}"


def template_of(name: str) -> Rule:
    def check(board: Board) -> Iterator[str]:
        for one in (choice for choice in board["templating"]["list"] if choice["name"] == name):
            found = (one["type"], one["label"], one["multi"], one["allValue"], one["datasource"]["uid"])
            if found == ("query", name.title(), True, ".+", "${datasource}"):
                return
        yield f"no choice of {name} as it should be"

    return check


def template_label_promql(board: Board) -> Iterator[str]:
    for one in queried(board):
        match = re.fullmatch(r"label_values\((.+), \w+\)", one["query"]["query"])
        if not match:
            yield f"{one['name']}: no label_values"
        else:
            promql_parser.parse(match[1])


def queried(board: Board) -> list[Board]:
    return [one for one in board["templating"]["list"] if one["type"] == "query"]


def template_on_time_change_reload(board: Board) -> Iterator[str]:
    yield from (one["name"] for one in queried(board) if one["refresh"] != 2)


def panel_datasource(board: Board) -> Iterator[str]:
    for panel in board["panels"]:
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        if {source["uid"] for source in sources} != {"${datasource}"}:
            yield panel["title"]


def panel_title_description(board: Board) -> Iterator[str]:
    yield from (str(panel["id"]) for panel in board["panels"] if not panel["title"] or not panel["description"])


def panel_units(board: Board) -> Iterator[str]:
    units = {"none", "short", "percentunit", "bytes", "s", "reqps"}  # of the linter's list those that fit
    yield from (p["title"] for p in board["panels"] if p["fieldConfig"]["defaults"]["unit"] not in units)


def panel_no_targets(board: Board) -> Iterator[str]:
    yield from (panel["title"] for panel in board["panels"] if not panel["targets"])


def target_promql(board: Board) -> Iterator[str]:
    for title, text in targets(board):
        try:
            promql_parser.parse(text)
        except ValueError as error:
            yield f"{title}: {error}"


def target_rate_interval(board: Board) -> Iterator[str]:
    for panel in board["panels"]:
        for target in panel["targets"]:
            if re.search(r"\bi?rate\([^\[]*\[(?!\$__rate_interval\])", target["expr"]):
                yield panel["title"]


def target_matcher(label: str) -> Rule:
    def check(board: Board) -> Iterator[str]:
        for title, text in targets(board):
            selectors = re.findall(r"swarmfile_\w+(\{[^}]*\})?", text)
            if not selectors or not all(f'{label}=~"${label}"' in one for one in selectors):
                yield f"{title}: {text}"

    return check


def target_counter_agg(board: Board) -> Iterator[str]:
    for title, text in targets(board):
        bare = re.sub(r"(?:rate|increase)\(swarmfile_\w+\{[^}]*\}\[\w+\]\)", "", text)
        if re.search(r"swarmfile_\w+_(?:total|bucket|sum|count)\b", bare):
            yield f"{title}: {text}"


def uneditable(board: Board) -> Iterator[str]:
    if board["editable"] is not False:
        yield "it can be edited in place"


# target-logql-rule and target-logql-auto-rule speak of Loki, which no panel asks.
RULES: dict[str, Rule] = {
    "template-datasource-rule": template_datasource,
    "template-job-rule": template_of("job"),
    "template-instance-rule": template_of("instance"),
    "template-label-promql-rule": template_label_promql,
    "template-on-time-change-reload-rule": template_on_time_change_reload,
    "panel-datasource-rule": panel_datasource,
    "panel-title-description-rule": panel_title_description,
    "panel-units-rule": panel_units,
    "panel-no-targets-rule": panel_no_targets,
    "target-promql-rule": target_promql,
    "target-rate-interval-rule": target_rate_interval,
    "target-job-rule": target_matcher("job"),
    "target-instance-rule": target_matcher("instance"),
    "target-counter-agg-rule": target_counter_agg,
    "uneditable-dashboard": uneditable,
}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_the_linters_rules_hold(board: Board, rule: Rule) -> None:
    assert list(rule(board)) == []


def altered(board: Board, **changes: object) -> Board:
    """A copy in which every panel, query and choice has other values."""
    made: Board = json.loads(json.dumps(board)) | {"editable": True}
    for one in [*made["panels"], *(t for p in made["panels"] for t in p["targets"]), *made["templating"]["list"]]:
        one.update(changes)
    return made


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_sees_what_breaks_it(board: Board, rule: Rule) -> None:
    broken = altered(
        board,
        title="",
        targets=[
            {"expr": text, "datasource": {"uid": "x"}} for text in ("rate(swarmfile_x_total{}[1m])", "a_total(", "")
        ],
        label="x",
        refresh=1,
        fieldConfig={"defaults": {"unit": "miles"}},
        query={"query": "values(x)"},
    )
    without = altered(board, targets=[])
    bare = altered(board, targets=[{"expr": "swarmfile_x_total{}", "datasource": {"uid": "x"}}])
    assert any(list(rule(one)) for one in (broken, without, bare))


def test_numbers_and_places_of_panels_are_their_own(board: Board) -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(set(places)) == len(set(numbers)) == len(board["panels"])


def test_panels_fill_their_rows(board: Board) -> None:
    rows: dict[int, int] = {}
    for panel in board["panels"]:
        rows[panel["gridPos"]["y"]] = rows.get(panel["gridPos"]["y"], 0) + panel["gridPos"]["w"]
    assert set(rows.values()) == {24}
