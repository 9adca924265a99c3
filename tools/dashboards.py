"""Writes the Grafana dashboards: one for a run, one to compare runs. `python tools/dashboards.py [--check]`"""

import json
import sys
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "locust-tests" / "chart-config" / "files" / "dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
# What every query says: which scrape, which namespace (a laptop's has none), which run.
OF = 'job=~"$job", instance=~"$instance", namespace=~"$namespace", run=~"$run"'
AT = f'{OF}, name=~"$endpoint"'
RATE = "[$__rate_interval]"
BUCKETS = "swarmfile_request_duration_seconds_bucket"
Panel = dict[str, Any]
# Width, of 24, and height.
SIZES = {"stat": (4, 4), "table": (24, 8)}


def main(arguments: list[str]) -> int:
    """Writes what is stale; with --check only says so. Returns 1 where --check finds something."""
    made = {FOLDER / f"{board['uid']}.json": json.dumps(board, indent=2) + "\n" for board in (run(), compare())}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{path.name} is stale: run python tools/dashboards.py\n")
        else:
            path.write_text(made[path], encoding="utf-8")
    return int("--check" in arguments and bool(stale))


def run() -> Panel:
    """Returns the dashboard of one run."""
    panels = [
        stat(
            "State", "Where the run stands.", f"max by (state) (swarmfile_run_state{{{OF}}} == 1)", "{{state}}", "none"
        ),
        stat(
            "Verdict",
            "The outcome, once it is known.",
            f"max by (outcome) (swarmfile_verdict{{{OF}}} == 1)",
            "{{outcome}}",
        ),
        stat("Users", "Users that run now.", f"sum(swarmfile_users{{{OF}}})"),
        stat(
            "Requests per second", "All endpoints.", f"sum(rate(swarmfile_requests_total{{{AT}}}{RATE}))", unit="reqps"
        ),
        stat("Error rate", "Share of failed requests.", error_rate(), unit="percentunit"),
        stat("p95", "95% of the responses took at most that long.", quantile(0.95), unit="s"),
        series(
            "Users",
            "Users that run, beside those that should.",
            {"present": f"sum(swarmfile_users{{{OF}}})", "planned": f"sum(swarmfile_users_planned{{{OF}}})"},
        ),
        series(
            "Requests and failures",
            "Per second.",
            {
                "requests": f"sum(rate(swarmfile_requests_total{{{AT}}}{RATE}))",
                "failures": f"sum(rate(swarmfile_failures_total{{{AT}}}{RATE}))",
            },
            "reqps",
        ),
        series(
            "Response times",
            "Percentiles over all chosen endpoints.",
            {"p50": quantile(0.5), "p95": quantile(0.95), "p99": quantile(0.99)},
            "s",
        ),
        heatmap(),
        series(
            "p95 by endpoint",
            "95% of an endpoint's responses took at most that long.",
            {"{{method}} {{name}}": quantile(0.95, "method, name")},
            "s",
        ),
        series(
            "Failures by cause",
            "Per second.",
            {"{{method}} {{name}}: {{cause}}": failures("method, name, cause")},
            "reqps",
        ),
        table(
            "Endpoints",
            "Each endpoint over the last minutes.",
            {
                "Requests/s": f"sum by (method, name) (rate(swarmfile_requests_total{{{AT}}}{RATE}))",
                "Failures/s": f"sum by (method, name) (rate(swarmfile_failures_total{{{AT}}}{RATE}))",
                "p50 (s)": quantile(0.5, "method, name"),
                "p95 (s)": quantile(0.95, "method, name"),
                "Longest (s)": f"max by (method, name) (swarmfile_request_duration_max_seconds{{{AT}}})",
            },
        ),
        timeline(
            "Phase",
            "The stage of the load, by its number.",
            f"max by (phase) (swarmfile_phase_index{{{OF}}})",
            "{{phase}}",
        ),
        series("Workers", "Workers by state.", {"{{state}}": f"sum by (state) (swarmfile_workers{{{OF}}})"}),
        series(
            "Users by worker",
            "Evenly spread users make an even load.",
            {"{{worker}}": f"sum by (worker) (swarmfile_worker_users{{{OF}}})"},
        ),
        series(
            "CPU by worker",
            "Share of a core: above 0.9 a generator measures itself.",
            {"{{worker}}": f"max by (worker) (swarmfile_worker_cpu_ratio{{{OF}}})"},
            "percentunit",
        ),
        series(
            "Memory by worker",
            "Resident memory.",
            {"{{worker}}": f"max by (worker) (swarmfile_worker_memory_bytes{{{OF}}})"},
            "bytes",
        ),
        series(
            "Heartbeat age",
            "Since a worker's last sign of life.",
            {"{{worker}}": f"max by (worker) (swarmfile_worker_heartbeat_age_seconds{{{OF}}})"},
            "s",
        ),
        table(
            "Assertions",
            "What was asserted, once the run is judged.",
            {
                "Value": f"max by (assertion) (swarmfile_assertion_value{{{OF}}})",
                "Threshold": f"max by (assertion) (swarmfile_assertion_threshold{{{OF}}})",
                "Broken": f'max by (assertion) (swarmfile_assertion_state{{{OF}, state="broken"}})',
            },
        ),
        stat(
            "Labels beyond the cap",
            "Names that are counted together as (other).",
            f"sum by (kind) (swarmfile_labels_dropped{{{OF}}})",
            "{{kind}}",
        ),
    ]
    return board("swarmfile-run", "Swarmfile: a run", panels, several=False)


def compare() -> Panel:
    """Returns the dashboard that holds runs against each other."""
    panels = [
        table(
            "Runs",
            "Each run over the chosen time.",
            {
                "Most users": f"max by (run) (max_over_time(swarmfile_users{{{OF}}}[$__range]))",
                "Requests": f"sum by (run) (increase(swarmfile_requests_total{{{AT}}}[$__range]))",
                "Failures": f"sum by (run) (increase(swarmfile_failures_total{{{AT}}}[$__range]))",
                "Seconds": f"max by (run) (max_over_time(swarmfile_run_elapsed_seconds{{{OF}}}[$__range]))",
                "p50 (s)": quantile(0.5, "run", "[$__range]"),
                "p95 (s)": quantile(0.95, "run", "[$__range]"),
                "p99 (s)": quantile(0.99, "run", "[$__range]"),
            },
        ),
        table(
            "Verdicts",
            "How each run was judged.",
            {"Verdict": f"max by (run, outcome) (last_over_time(swarmfile_verdict{{{OF}}}[$__range]) == 1)"},
        ),
        series("Users", "Users of each run.", {"{{run}}": f"max by (run) (swarmfile_users{{{OF}}})"}),
        series(
            "Requests per second",
            "Of each run.",
            {"{{run}}": f"sum by (run) (rate(swarmfile_requests_total{{{AT}}}{RATE}))"},
            "reqps",
        ),
        series("p95", "Of each run.", {"{{run}}": quantile(0.95, "run")}, "s"),
        series(
            "Failures per second",
            "Of each run.",
            {"{{run}}": f"sum by (run) (rate(swarmfile_failures_total{{{AT}}}{RATE}))"},
            "reqps",
        ),
        series(
            "p95 by endpoint", "Of each run.", {"{{run}} {{method}} {{name}}": quantile(0.95, "run, method, name")}, "s"
        ),
    ]
    return board("swarmfile-compare", "Swarmfile: runs beside each other", panels, several=True)


def quantile(share: float, by: str = "", window: str = RATE) -> str:
    """Returns the query of a percentile from the buckets."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({BUCKETS}{{{AT}}}{window})))"


def failures(by: str) -> str:
    """Returns the query of failures per second."""
    return f"sum by ({by}) (rate(swarmfile_failures_total{{{AT}}}{RATE}))"


def error_rate() -> str:
    """Returns the query of the failed share; 0 where nothing failed yet."""
    requests = f"sum(rate(swarmfile_requests_total{{{AT}}}{RATE}))"
    return f"(sum(rate(swarmfile_failures_total{{{AT}}}{RATE})) or 0 * {requests}) / {requests}"


def stat(title: str, text: str, expr: str, legend: str = "", unit: str = "short") -> Panel:
    """Returns one number, or the name of a state."""
    options = {
        "textMode": "name" if legend in ("{{state}}", "{{outcome}}") else "auto",
        "reduceOptions": {"calcs": ["lastNotNull"]},
    }
    return panel("stat", (title, text), {legend: expr}, unit, options)


def series(title: str, text: str, queries: Mapping[str, str], unit: str = "short") -> Panel:
    """Returns lines over time by legend."""
    return panel("timeseries", (title, text), queries, unit, {"tooltip": {"mode": "multi"}})


def heatmap() -> Panel:
    """Returns the distribution over time."""
    expr = f"sum by (le) (increase({BUCKETS}{{{AT}}}{RATE}))"
    made = panel(
        "heatmap",
        ("Distribution of response times", "How many responses took how long."),
        {"{{le}}": expr},
        "s",
        {"calculate": False, "yAxis": {"unit": "s"}},
    )
    made["targets"][0]["format"] = "heatmap"
    return made


def timeline(title: str, text: str, expr: str, legend: str) -> Panel:
    """Returns a band for each phase."""
    return panel("state-timeline", (title, text), {legend: expr}, "none", {"showValue": "never"})


def table(title: str, text: str, queries: Mapping[str, str]) -> Panel:
    """Returns a row for each set of labels and a column for each query."""
    made = panel("table", (title, text), queries, "none", {})
    names = dict(zip(("Value #" + target["refId"] for target in made["targets"]), queries, strict=True))
    for target in made["targets"]:
        target |= {"format": "table", "instant": True}
    made["transformations"] = [
        {"id": "merge", "options": {}},
        {
            "id": "organize",
            "options": {"excludeByName": {"Time": True}, "renameByName": {**names, "Value": next(iter(queries))}},
        },
    ]
    return made


def panel(kind: str, texts: tuple[str, str], queries: Mapping[str, str], unit: str, options: Panel) -> Panel:
    """Returns a panel with title and description; where it stands is said later."""
    targets = [
        {"refId": chr(ord("A") + index), "datasource": SOURCE, "expr": expr, "legendFormat": legend or "__auto"}
        for index, (legend, expr) in enumerate(queries.items())
    ]
    return {
        "type": kind,
        "title": texts[0],
        "description": texts[1],
        "datasource": SOURCE,
        "targets": targets,
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "options": options,
        "gridPos": dict(zip("wh", SIZES.get(kind, (12, 8)), strict=True)),
    }


def board(uid: str, title: str, panels: list[Panel], *, several: bool) -> Panel:
    """Returns a dashboard with its variables, its annotations and its panels in rows."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["swarmfile", "locust"],
        "editable": False,
        "schemaVersion": 39,
        "version": 1,
        "refresh": "5s",
        "time": {"from": "now-15m", "to": "now"},
        "timezone": "browser",
        "templating": {"list": variables(several=several)},
        "annotations": {"list": [moment("Start", "start", "green"), moment("End", "end", "red")]},
        "panels": placed(panels),
    }


def variables(*, several: bool) -> list[Panel]:
    """Returns the choices at a dashboard's top."""
    known = "swarmfile_run_info"
    return [
        {
            "name": "datasource",
            "label": "Data source",
            "type": "datasource",
            "query": "prometheus",
            "current": {"text": "default", "value": "default"},
        },
        choice("job", "Job", f"label_values({known}, job)", ".+"),
        choice("instance", "Instance", f'label_values({known}{{job=~"$job"}}, instance)', ".+"),
        choice("namespace", "Namespace", f'label_values({known}{{job=~"$job"}}, namespace)', ".*"),
        choice(
            "run",
            "Run",
            f'label_values({known}{{job=~"$job", instance=~"$instance", namespace=~"$namespace"}}, run)',
            ".+",
        )
        | ({} if several else {"multi": False, "includeAll": False, "sort": 2}),
        choice("endpoint", "Endpoint", f"label_values(swarmfile_requests_total{{{OF}}}, name)", ".*"),
    ]


def choice(name: str, label: str, query: str, every: str) -> Panel:
    """Returns a variable with the values of a label."""
    asked = {"query": query, "refId": name}
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": SOURCE,
        "definition": query,
        "query": asked,
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": every,
        "sort": 1,
    }


def moment(name: str, key: str, colour: str) -> Panel:
    """Returns the annotation of a run's start or end."""
    return {
        "name": name,
        "datasource": SOURCE,
        "enable": True,
        "expr": f"swarmfile_run_{key}_timestamp_seconds{{{OF}}} * 1000",
        "iconColor": colour,
        "titleFormat": f"{name} of {{{{run}}}}",
        "useValueForTime": True,
    }


def placed(panels: Iterable[Panel]) -> list[Panel]:
    """Returns the panels with numbers and places, from left to right in rows of 24."""
    numbers, left, top, height = count(1), 0, 0, 0
    done = []
    for one in panels:
        width = one["gridPos"]["w"]
        if left + width > 24:
            left, top, height = 0, top + height, 0
        place = {**one["gridPos"], "x": left, "y": top}
        left, height = left + width, max(height, place["h"])
        done.append({**one, "id": next(numbers), "gridPos": place})
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
