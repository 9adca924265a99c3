"""Writes the Grafana dashboards: one for a run, one to compare runs. `python -m tools.dashboards [--check]`"""

import json
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from tools import dashboard_compare, dashboard_run
from tools.dashboard_panels import OF, SOURCE, Panel

FOLDER = Path(__file__).parents[1] / "locust-tests" / "chart-config" / "charts" / "library" / "files" / "dashboards"


def main(arguments: list[str]) -> int:
    """Writes what is stale; with --check only says so. Returns 1 where --check finds something."""
    made = {FOLDER / f"{board['uid']}.json": json.dumps(board, indent=2) + "\n" for board in boards()}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{path.name} is stale: run python -m tools.dashboards\n")
        else:
            path.write_text(made[path], encoding="utf-8")
    return int("--check" in arguments and bool(stale))


def boards() -> Iterable[Panel]:
    """Yields both dashboards."""
    yield board("swarmfile-run", "Swarmfile: a run", dashboard_run.panels(), several=False)
    yield board("swarmfile-compare", "Swarmfile: runs beside each other", dashboard_compare.panels(), several=True)


def board(uid: str, title: str, panels: Iterable[Panel], *, several: bool) -> Panel:
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
