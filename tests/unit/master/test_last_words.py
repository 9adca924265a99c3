"""The verdict as termination message: a Job's master leaves it, cut where Kubernetes would cut it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from swarmfile.definition.settings import Mode, Settings
from swarmfile.master import last_words as run_last_words
from swarmfile.master.last_words import MOST_BYTES
from swarmfile.run.context import Context
from swarmfile.verdict import Outcome, Verdict


def left(place: Path, verdict: Verdict, **context: object) -> str:
    """Returns the message after a run of this context was concluded."""
    given = {"settings": Settings(mode=Mode.JOB), "definition": "abc", **context}
    made = Context(**given)  # type: ignore[arg-type]
    run_last_words.install(made, place)
    for listener in made.hooks.concluded:
        listener(SimpleNamespace(verdict=verdict))  # type: ignore[arg-type]
    return place.read_text("utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """As kubelet makes it: empty."""
    place = tmp_path / "termination-log"
    place.touch()
    return place


def test_the_verdict_its_reasons_and_its_warnings_are_left(place: Path) -> None:
    verdict = Verdict("smoke-1", "smoke", Outcome.FAIL, ("p95 is 2 s",), warnings=("a worker was lost",))
    assert left(place, verdict).splitlines() == [
        "swarmfile: verdict FAIL smoke-1",
        "swarmfile: reason: p95 is 2 s",
        "swarmfile: warning: a worker was lost",
    ]


@pytest.mark.parametrize("in_job", [True, False])
def test_the_master_s_own_pod_may_be_the_job_s(place: Path, in_job: bool) -> None:
    verdict = Verdict("smoke-1", "smoke", Outcome.PASS, ())
    assert left(place, verdict, in_job=in_job) == "swarmfile: verdict PASS smoke-1"


def test_a_long_message_is_cut_between_two_characters(place: Path) -> None:
    left(place, Verdict("smoke-1", "smoke", Outcome.FAIL, ("é" * MOST_BYTES,)))
    assert MOST_BYTES - 1 <= len(place.read_bytes()) <= MOST_BYTES


@pytest.mark.parametrize(
    "context", [{"settings": Settings(mode=Mode.DEPLOYMENT)}, {"definition": None}, {"parent_pid": 1}]
)
def test_only_a_jobs_pod_ends_with_its_run(place: Path, context: dict[str, object]) -> None:
    assert left(place, Verdict("smoke-1", "smoke", Outcome.PASS), **context) == ""


def test_where_nobody_made_the_file_nothing_is_left(tmp_path: Path) -> None:
    made = Context(settings=Settings(mode=Mode.JOB), definition="abc")
    run_last_words.install(made, tmp_path / "none")
    assert made.hooks.concluded == []
