"""The Event that tells a verdict, as a Kubernetes API keeps it."""

import logging

import pytest

from swarmfile.sidecar.event import LONGEST_MESSAGE, verdict_event
from swarmfile.sidecar.record import RecordedRun
from tests.unit.sidecar.kube_server import Kube


def run_of(outcome: str, *reasons: str) -> RecordedRun:
    return RecordedRun("smoke-1", "smoke", outcome, 1000.0, reasons)


@pytest.mark.parametrize(
    ("run", "kind", "reason", "message"),
    [
        (run_of("PASS"), "Normal", "RunPass", "PASS smoke-1"),
        (run_of("FAIL", "p95 was slow"), "Warning", "RunFail", "FAIL smoke-1: p95 was slow"),
        (run_of("INVALID", "cut short", "lost"), "Warning", "RunInvalid", "INVALID smoke-1: cut short; lost"),
        (run_of("FAIL", "x" * 5000), "Warning", "RunFail", ("FAIL smoke-1: " + "x" * 5000)[:LONGEST_MESSAGE]),
    ],
    ids=["pass", "fail", "two reasons", "too long for an Event"],
)
def test_an_event_tells_the_verdict_and_its_reasons(
    kube: Kube, run: RecordedRun, kind: str, reason: str, message: str
) -> None:
    verdict_event(kube.cluster, run)
    (event,) = kube.named("events").values()
    assert (event["type"], event["reason"], event["message"]) == (kind, reason, message)


def test_the_event_belongs_to_the_runs_record_and_moment(kube: Kube) -> None:
    verdict_event(kube.cluster, run_of("PASS"))
    (event,) = kube.named("events").values()
    # The API server takes no Event about something elsewhere.
    assert event["involvedObject"] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": "swarmfile-run-smoke-1",
        "namespace": "testing",
    }
    assert event["firstTimestamp"] == event["lastTimestamp"] == "1970-01-01T00:16:40Z"


@pytest.mark.parametrize(
    ("refused", "lines"),
    [
        (0, []),
        (403, ["swarmfile: the verdict of smoke-1 is told by no Event: POST events: configmaps is forbidden"]),
    ],
    ids=["told already", "forbidden"],
)
def test_only_a_refusal_is_worth_a_line(
    kube: Kube, caplog: pytest.LogCaptureFixture, refused: int, lines: list[str]
) -> None:
    verdict_event(kube.cluster, run_of("PASS"))
    kube.refuse = refused
    with caplog.at_level(logging.WARNING):
        verdict_event(kube.cluster, run_of("PASS"))
    assert caplog.messages == lines
    assert len(kube.named("events")) == 1
