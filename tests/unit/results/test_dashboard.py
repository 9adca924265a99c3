from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from swarmfile.definition.settings import parse
from swarmfile.results.dashboard import UID, link
from swarmfile.results.text import summary
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.verdict import Outcome, Verdict
from tools.dashboards import FOLDER


def context_of(dashboards: dict[str, Any] | None) -> Context:
    return Context(settings=parse({} if dashboards is None else {"dashboards": dashboards}))


@pytest.mark.parametrize("base", ["https://grafana.example/monitoring", "https://grafana.example/monitoring/"])
def test_the_address_chooses_the_run_and_its_time(a_run: Callable[..., Run], base: str) -> None:
    run = replace(a_run(), started_at=1000.5, ended_at=1060.5)
    address = link(run, context_of({"url": base}))
    assert address
    where = urlsplit(address)
    assert (where.netloc, where.path) == ("grafana.example", f"/monitoring/d/{UID}")
    assert parse_qs(where.query) == {"var-run": [run.id], "from": ["1000500"], "to": ["1090500"]}
    assert f"[Dashboard]({address})" in summary(run, Verdict(run.id, "smoke", Outcome.PASS), address).splitlines()


@pytest.mark.parametrize("dashboards", [None, {}, {"url": ""}, {"enabled": True}])
def test_nobody_is_sent_where_no_grafana_is(a_run: Callable[..., Run], dashboards: dict[str, Any] | None) -> None:
    run = a_run()
    assert link(run, context_of(dashboards)) is None
    assert "Dashboard" not in summary(run, Verdict(run.id, "smoke", Outcome.PASS))


def test_the_address_names_the_dashboard_that_the_chart_brings() -> None:
    assert (FOLDER / f"{UID}.json").exists()
