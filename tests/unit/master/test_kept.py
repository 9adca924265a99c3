"""What a verdict becomes when its results are kept, in part, or not at all."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
import pytest

from swarmfile.master.kept import confirmed
from swarmfile.metrics.server import serve
from swarmfile.results.kept import EVERY_RUN, ROUTE, Kept, KeptRuns
from swarmfile.verdict import Outcome, Verdict

RUN = "smoke-1"
PASSED = Verdict(RUN, "smoke", Outcome.PASS)
FORBIDDEN = "POST configmaps: exceeded quota"


@contextmanager
def sidecar(**known: Kept) -> Iterator[tuple[str, KeptRuns]]:
    runs = KeptRuns()
    for run, kept in known.items():
        runs.note({"this": RUN, "every": EVERY_RUN}.get(run, run), kept)
    server = serve(0, {ROUTE: runs.answer}, "127.0.0.1")
    yield f"http://127.0.0.1:{server.server_port}", runs
    server.shutdown()
    server.server_close()


def test_a_verdict_stays_where_its_run_is_kept() -> None:
    with sidecar(this=Kept(), other=Kept(FORBIDDEN)) as (url, _):
        assert confirmed(PASSED, url) is not None
        assert confirmed(PASSED, url) == PASSED


@pytest.mark.parametrize("whose", ["this", "every"])
def test_a_run_that_is_not_kept_is_invalid(whose: str) -> None:
    with sidecar(**{whose: Kept(FORBIDDEN)}) as (url, _):
        verdict = confirmed(PASSED, url)
    assert verdict.outcome is Outcome.INVALID
    assert verdict.reasons == (f"results could not be kept: {FORBIDDEN}",)


def test_the_reasons_that_there_were_stay_with_invalid_alone() -> None:
    with sidecar(this=Kept(FORBIDDEN)) as (url, _):
        failed = confirmed(Verdict(RUN, "smoke", Outcome.FAIL, ("p95 was slow",)), url)
        invalid = confirmed(Verdict(RUN, "smoke", Outcome.INVALID, ("cut short",)), url)
    assert failed.reasons == (f"results could not be kept: {FORBIDDEN}",)
    assert invalid.reasons == ("cut short", f"results could not be kept: {FORBIDDEN}")


def test_a_file_that_could_not_be_read_is_a_reason_and_one_that_was_too_large_a_warning() -> None:
    kept = Kept(unreadable={"junit.xml": "Permission denied"}, too_large={"report.html": "it has more than 40 MiB"})
    with sidecar(this=kept) as (url, _):
        verdict = confirmed(PASSED, url)
    assert verdict.reasons == ("results could not be kept: junit.xml: Permission denied",)
    assert verdict.warnings == ("report.html is not kept: it has more than 40 MiB",)


def test_it_waits_until_the_run_is_kept_while_others_go_on() -> None:
    with sidecar(this=Kept("the API does not answer", lasting=False)) as (url, runs):
        waiting = gevent.spawn(confirmed, PASSED, url)
        gevent.sleep(0.5)
        assert not waiting.ready()
        runs.note(RUN, Kept())
        assert waiting.get(timeout=10) == PASSED


def test_what_does_not_pass_in_time_is_the_reason() -> None:
    with sidecar(this=Kept("the API does not answer", lasting=False)) as (url, _):
        assert confirmed(PASSED, url, 0.1).reasons == ("results could not be kept: the API does not answer",)


@pytest.mark.parametrize("answer", [{}, {RUN: 7}, {RUN: {"problem": ""}}, []])
def test_a_sidecar_that_says_nothing_of_the_run_did_not_keep_it(answer: object) -> None:
    server = serve(0, {ROUTE: lambda _: (200, "application/json", json.dumps(answer).encode())}, "127.0.0.1")
    verdict = confirmed(PASSED, f"http://127.0.0.1:{server.server_port}", 0.1)
    assert verdict.outcome is Outcome.INVALID
    assert "container exporter did not say within" in verdict.reasons[0]


def test_nobody_there_to_keep_it_is_the_same() -> None:
    assert confirmed(PASSED, "http://127.0.0.1:1", 0.1).outcome is Outcome.INVALID
