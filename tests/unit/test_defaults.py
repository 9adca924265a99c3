"""What the package takes for granted where nothing is written is what the chart's values.yaml says."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.definition import arrivals, metrics, settings, validity
from swarmfile.definition.durations import seconds
from swarmfile.sidecar.age import KEPT
from swarmfile.sidecar.s3 import Bucket

CHART = Path(__file__).parents[2] / "locust-tests" / "chart-config"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
MONITORS = ("serviceMonitor", "podMonitor")


def test_the_settings_of_a_plain_locust_are_those_of_the_chart() -> None:
    # A plain `locust` is nobody's Job and has no type or profile: its web UI stays, its runs are called test-…, and its
    # load is what its command line says.
    plain = settings.Settings()
    load = {**VALUES["loadTest"], "profile": ""}
    given = settings.parse({key: value for key, value in VALUES.items() if key != "validity"} | {"loadTest": load})
    assert replace(given, type=plain.type, mode=plain.mode, raw={}) == plain == replace(settings.parse({}), raw={})


@pytest.mark.parametrize("key", VALUES["assertions"])
def test_an_assertion_is_the_charts(key: str) -> None:
    # An empty section means the thresholds, a section without them that nothing is asserted of them.
    missing = {name: value for name, value in VALUES["assertions"].items() if name != key}
    thresholds = {name: value for name, value in settings.DEFAULT_THRESHOLDS.items() if name == key}
    assert settings.parse({"assertions": missing | thresholds}).assertions == settings.Settings().assertions


@pytest.mark.parametrize("key", VALUES["validity"])
def test_what_a_reason_makes_of_a_run_is_the_charts(key: str) -> None:
    given = validity.of_settings({key: VALUES["validity"][key]})
    own = validity.Validity()
    assert replace(given, effects={}) == own
    assert [given.effect(reason) for reason in validity.Reason] == [own.effect(reason) for reason in validity.Reason]


@pytest.mark.parametrize("key", VALUES["arrivals"].keys() - {"rate", "stages"})
def test_arrivals_are_the_charts(key: str) -> None:
    rate = {"rate": "5/s"}
    plain = arrivals.of_settings(rate)
    assert plain is not None
    assert arrivals.of_settings(rate | {key: VALUES["arrivals"][key]}) == plain == arrivals.Arrivals(plain.stages)


def test_what_is_measured_is_the_charts() -> None:
    assert metrics.parse(VALUES) == metrics.parse({}) == metrics.MetricsSettings()


@pytest.mark.parametrize("monitor", MONITORS)
def test_a_job_lingers_for_the_charts_interval(monitor: str) -> None:
    interval = VALUES["metrics"][monitor]["interval"]
    assert metrics.parse({"metrics": {monitor: {"enabled": True}}}).linger_s == 2 * seconds(interval)


def test_the_buckets_are_those_that_the_comment_names() -> None:
    text = (CHART / "README.md").read_text(encoding="utf-8")
    first, last = metrics.BUCKETS_S[0], metrics.BUCKETS_S[-1]
    assert f"empty: {len(metrics.BUCKETS_S)} bounds from {first:g} to {last:g}." in text
    assert all(lower < upper for lower, upper in itertools.pairwise(metrics.BUCKETS_S))


def test_the_sidecar_keeps_as_many_runs_as_the_chart() -> None:
    assert VALUES["results"]["keep"] == KEPT


def test_the_sidecars_bucket_lies_in_the_charts_region() -> None:
    bucket = Bucket.of({"SWARMFILE_S3_BUCKET": "runs"})
    assert bucket is not None
    assert bucket.region == VALUES["results"]["s3"]["region"]
