"""docs/metrics.md names each metric of ours, and every page names only metrics that are served."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.core import CounterMetricFamily

from swarmfile.metrics import known, own
from tests.pages import PAGES, ROOT, inline_code, name
from tests.unit.metrics.shots import ENDED, SHOT

METRICS = ROOT / "docs" / "metrics.md"
# Made by the exporter itself, whether or not the master answers.
OF_THE_EXPORTER = {"swarmfile_up", "locust_up", "locust_total_scrapes"}
OURS = {
    family.name + ("_total" if family.kind is CounterMetricFamily else "")
    for shot in (SHOT, ENDED)
    for family in own.families(shot)
}
KNOWN = {family.name for family in known.families(replace(SHOT, workers_info=True))}


def test_each_metric_of_ours_is_described() -> None:
    rows = re.findall(r"^\| (`swarmfile_.*?) \| ", METRICS.read_text("utf-8"), re.MULTILINE)
    codes = [code for row in rows for code in re.findall("`([a-z_]+)`", row) if "_" in code]
    described = {code if code.startswith("swarmfile") else f"swarmfile{code}" for code in codes}
    assert described == OURS | {"swarmfile_up"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_metric_that_is_named_is_served(page: Path) -> None:
    named = {code for code in inline_code(page) if re.fullmatch(r"(swarmfile|locust)_[a-z_]+\*?", code)}
    served = OURS | KNOWN | OF_THE_EXPORTER
    assert [
        code
        for code in named - {"locust_plugins"}
        if not any(re.fullmatch(code.replace("*", ".*"), one) for one in served)
    ] == []
