import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from swarmfile.metrics import exporter as metrics_exporter
from swarmfile.metrics.exporter import Exporter
from swarmfile.metrics.snapshot import NoAnswerError, Row, Snapshot
from tests.unit.metrics.shots import ENDED, SHOT

OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"


def exporter_of(*answers: Snapshot | Exception) -> Exporter:
    """An exporter whose master gives one answer after the other."""
    left = list(answers)

    def ask(_: str) -> Snapshot:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Exporter("http://master", ask)


def names(page: bytes) -> set[str]:
    return {sample.name for family in parse_text(page.decode()) for sample in family.samples}


@pytest.mark.parametrize(("accept", "parse"), [("", parse_text), (OPENMETRICS, parse_openmetrics)])
def test_both_formats_parse_and_hold_the_same(accept: str, parse: type) -> None:
    exporter = exporter_of(SHOT)
    exporter.refresh()
    status, content_type, body = exporter.answer(accept)
    assert (status, "openmetrics" in content_type) == (200, bool(accept))
    samples = [sample for family in parse(body.decode()) for sample in family.samples]
    assert {"swarmfile_up", "swarmfile_requests_total", "locust_requests_num_requests"} <= {s.name for s in samples}
    keys = [(sample.name, tuple(sorted(sample.labels.items()))) for sample in samples]
    assert len(keys) == len(set(keys))


def test_a_lost_master_leaves_no_old_number() -> None:
    exporter = exporter_of(SHOT, NoAnswerError("gone"), SHOT)
    pages = []
    for _ in range(3):
        exporter.refresh()
        pages.append(exporter.answer()[2])
    assert b"swarmfile_up 1.0" in pages[0]
    assert b"swarmfile_up 0.0" in pages[1]
    assert names(pages[1]) == {"swarmfile_up", "locust_up", "locust_total_scrapes"}
    assert names(pages[2]) == names(pages[0])


def test_a_page_that_is_too_old_is_made_anew_and_a_fresh_one_is_served_again(monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = exporter_of(SHOT, NoAnswerError("gone"))
    for _ in range(2):
        assert b"swarmfile_up 1.0" in exporter.answer()[2]
    monkeypatch.setattr(metrics_exporter, "FRESH_S", 0.0)
    assert b"swarmfile_up 0.0" in exporter.answer()[2]


def test_a_page_that_cannot_be_made_is_no_answer() -> None:
    assert exporter_of(RuntimeError("broken")).answer()[0] == 503


@pytest.mark.parametrize("name", ['a"b\\c\nd', "\ud800", "ünï", "{}=,", ""])
def test_any_name_is_written_such_that_it_reads_back(name: str) -> None:
    exporter = exporter_of(replace(SHOT, rows=[Row("GET", name, 1, buckets=[0, 0])]))
    exporter.refresh()
    for accept, parse in (("", parse_text), (OPENMETRICS, parse_openmetrics)):
        families = parse(exporter.answer(accept)[2].decode())
        (sample,) = [s for f in families for s in f.samples if s.name == "swarmfile_requests_total"]
        assert sample.labels["name"] == name.replace("\ud800", "?")


# The names are those that other people's dashboards ask for.
REMARKS = {
    "locust_requests_current_fail_per_sec metric names should not contain abbreviated units",
    "locust_total_fail_per_sec metric names should not contain abbreviated units",
    *(
        f'locust_{name}_count non-histogram and non-summary metrics should not have "_count" suffix'
        for name in ("user", "workers", "workers_hatching", "workers_missing", "workers_running")
    ),
}


@pytest.mark.parametrize("shot", [SHOT, ENDED], ids=["running", "ended"])
def test_promtool_has_nothing_to_say_but_of_the_known_names(promtool: Path, shot: Snapshot) -> None:
    exporter = exporter_of(replace(shot, workers_info=True))
    exporter.refresh()
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=exporter.answer()[2], capture_output=True, check=False
    )
    assert set(checked.stderr.decode().splitlines()) == REMARKS


def test_a_format_that_nobody_asks_for_is_made_when_somebody_does() -> None:
    exporter = exporter_of(SHOT)
    exporter.refresh()
    assert exporter._rendered == {}
    assert "swarmfile_requests_total" in names(exporter.answer()[2])


def test_it_knows_whose_verdict_was_scraped() -> None:
    exporter = exporter_of(SHOT, ENDED, NoAnswerError("gone"))
    for scraped in ("", "smoke-1", "smoke-1"):
        exporter.refresh()
        exporter.answer()
        assert exporter.scraped == scraped
