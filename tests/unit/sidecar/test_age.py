from typing import Any

import pytest

from swarmfile.sidecar.age import cut_short, outcome_of, superfluous
from swarmfile.sidecar.record import RUNNING, RecordedRun, config_maps

NOW = 1_000_000.0


@pytest.mark.parametrize(
    ("outcome", "age_s", "meaning"),
    [("PASS", 9999, "PASS"), ("FAIL", 1, "FAIL"), (RUNNING, 59, RUNNING), (RUNNING, 61, "INVALID")],
)
def test_a_snapshot_that_is_not_renewed_is_a_run_that_was_cut_short(outcome: str, age_s: float, meaning: str) -> None:
    run = RecordedRun("r", "smoke", outcome, NOW - age_s)
    assert outcome_of(run, NOW) == meaning
    assert (cut_short(run, NOW) is not None) is (outcome == RUNNING and meaning == "INVALID")


def test_the_reason_says_when_the_last_sign_of_life_was_whenever_it_is_asked_for() -> None:
    run = RecordedRun("r", "smoke", RUNNING, NOW - 75)
    assert str(cut_short(run, NOW)).endswith("; its last sign of life came at 1970-01-12 13:45:25 UTC")
    assert cut_short(run, NOW) == cut_short(run, NOW + 1e6)


def head(run: str, at: float, test_type: str = "smoke", outcome: str = "PASS", **labels: str) -> dict[str, Any]:
    return config_maps(
        RecordedRun(run, test_type, outcome, at), {}, {f"swarmfile.io/{k}": v for k, v in labels.items()}
    )[1]


def test_the_oldest_runs_of_each_type_are_superfluous() -> None:
    heads = [head(f"run-{number}", NOW - number) for number in range(4)] + [head("old", 0, "soak")]
    assert superfluous(heads, 2, NOW) == ["swarmfile-run-run-2", "swarmfile-run-run-3"]


@pytest.mark.parametrize(
    "spared", [head("old", 0, baseline="true"), head("now", NOW, outcome=RUNNING), {"metadata": {"name": "foreign"}}]
)
def test_baselines_running_tests_and_foreign_things_are_never_superfluous(spared: dict[str, Any]) -> None:
    assert superfluous([spared], 0, NOW) == []


def test_a_run_that_was_cut_short_grows_old_too() -> None:
    assert superfluous([head("lost", 0, outcome=RUNNING)], 0, NOW) == ["swarmfile-run-lost"]
