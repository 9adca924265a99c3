import pytest

from swarmfile.definition.assertion import Consequence
from swarmfile.definition.assertions import of_assertions, safety_stop
from swarmfile.definition.words import CriterionError


def test_the_two_thresholds_come_first_and_criteria_follow() -> None:
    assertions = {"p95ThresholdMs": 1000, "errorRateThreshold": 0.01, "criteria": ["p99 < 2s"]}
    assert [str(criterion) for criterion in of_assertions(assertions)] == [
        "p95 <= 1000ms",
        "error rate <= 1%",
        "p99 < 2s",
    ]


@pytest.mark.parametrize(
    ("assertions", "message"),
    [
        ({"criteria": ["p99 < 2s", "pp99 < 2s"]}, 'assertions.criteria[1]: unknown subject "pp99": write p99'),
        ({"criteria": [{"p99": 1}]}, "assertions.criteria[0]: {'p99': 1} is no text"),
        ({"criteria": ['rate > 1/s during "peek"']}, 'assertions.criteria[0]: unknown phase "peek": write peak'),
    ],
)
def test_a_wrong_one_is_named_by_its_place(assertions: dict[str, object], message: str) -> None:
    with pytest.raises(CriterionError) as refused:
        of_assertions(assertions, phases=["base", "peak"])
    assert str(refused.value).startswith(message)


def test_a_threshold_that_is_null_or_missing_is_no_criterion() -> None:
    assert of_assertions({"p95ThresholdMs": None}) == ()


def test_the_safety_stop_is_on_by_default_and_aborts() -> None:
    criterion = safety_stop({})
    assert criterion is not None
    assert str(criterion) == "error rate < 90% for 60s, abort"


def test_the_safety_stop_can_be_changed_and_switched_off() -> None:
    changed = safety_stop({"safetyStop": "error rate < 50% for 10s"})
    assert changed is not None
    assert (changed.window_s, changed.consequence) == (10, Consequence.ABORT)
    assert safety_stop({"safetyStop": ""}) is None
