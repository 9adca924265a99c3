"""What Grafana's panels are made of: queries over a run's metrics, and each kind of panel with its options."""

from collections.abc import Mapping
from typing import Any

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
# What every query says: which scrape, which namespace (a laptop's has none), which run.
OF = 'job=~"$job", instance=~"$instance", namespace=~"$namespace", run=~"$run"'
AT = f'{OF}, name=~"$endpoint"'
RATE = "[$__rate_interval]"
BUCKETS = "swarmfile_request_duration_seconds_bucket"
Panel = dict[str, Any]
# Width, of 24, and height.
SIZES = {"table": (24, 8)}


def per_second(counter: str, labels: str = AT) -> str:
    """Returns the query of a counter's rate, by series."""
    return f"rate({counter}{{{labels}}}{RATE})"


def quantile(share: float, by: str = "") -> str:
    """Returns the query of a current percentile, from the buckets."""
    return f"histogram_quantile({share}, sum by ({', '.join(filter(None, ('le', by)))}) ({per_second(BUCKETS)}))"


def quantile_of_range(share: float, by: str) -> str:
    """Returns the query of a percentile over the dashboard's whole time range."""
    return f"histogram_quantile({share}, sum by (le, {by}) (increase({BUCKETS}{{{AT}}}[$__range])))"


def requests(by: str = "") -> str:
    """Returns the query of requests per second."""
    return _sum(per_second("swarmfile_requests_total"), by)


def failures(by: str = "") -> str:
    """Returns the query of failures per second."""
    return _sum(per_second("swarmfile_failures_total"), by)


def _sum(query: str, by: str) -> str:
    return f"sum by ({by}) ({query})" if by else f"sum({query})"


def error_rate() -> str:
    """Returns the query of the failed share; 0 where nothing failed yet."""
    return f"({failures()} or 0 * {requests()}) / {requests()}"


def stat(  # noqa: PLR0913, PLR0917 - what a panel has
    title: str, text: str, expr: str, legend: str = "", unit: str = "short", width: int = 4, height: int = 4
) -> Panel:
    """Returns one number, or the name of a state."""
    options = {
        "textMode": "name" if legend in ("{{state}}", "{{outcome}}") else "auto",
        "reduceOptions": {"calcs": ["lastNotNull"]},
    }
    return sized(panel("stat", (title, text), {legend: expr}, unit, options), width, height)


def series(title: str, text: str, queries: Mapping[str, str], unit: str = "short", width: int = 12) -> Panel:
    """Returns lines over time by legend."""
    return sized(panel("timeseries", (title, text), queries, unit, {"tooltip": {"mode": "multi"}}), width, 8)


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


def table(title: str, text: str, queries: Mapping[str, str], hidden: str = "") -> Panel:
    """Returns a row for each set of labels and a column for each query but the one whose labels alone matter."""
    made = panel("table", (title, text), queries, "none", {})
    names = dict(zip(("Value #" + target["refId"] for target in made["targets"]), queries, strict=True))
    for target in made["targets"]:
        target |= {"format": "table", "instant": True}
    excluded = ["Time", *(name for name, column in names.items() if column == hidden)]
    renamed = {**names, "Value": next(iter(queries)), "state": "State"}
    organized = {"excludeByName": dict.fromkeys(excluded, True), "renameByName": renamed}
    made["transformations"] = [{"id": "merge", "options": {}}, {"id": "organize", "options": organized}]
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


def sized(one: Panel, width: int, height: int) -> Panel:
    """Returns the panel as wide, of 24, and as high."""
    return {**one, "gridPos": {"w": width, "h": height}}
