from typing import Any

import pytest

from swarmfile.definition.validity import Doubt, Effect, Reason, of_settings

DOUBTS = [Doubt(Reason.SCRIPT_ERRORS, "it raised"), Doubt(Reason.NO_REQUESTS, "nothing was sent")]


@pytest.mark.parametrize(
    ("settings", "invalidating", "warning"),
    [
        ({}, ("it raised", "nothing was sent"), ()),
        ({"scriptErrors": "warn"}, ("nothing was sent",), ("it raised",)),
        ({"scriptErrors": "ignore", "noRequests": "invalidate"}, ("nothing was sent",), ()),
    ],
)
def test_each_reason_does_what_is_set(
    settings: dict[str, Any], invalidating: tuple[str, ...], warning: tuple[str, ...]
) -> None:
    assert of_settings(settings).weigh(DOUBTS) == (invalidating, warning)


def test_what_only_warns_does_so_unless_its_reason_is_ignored() -> None:
    doubt = Doubt(Reason.WORKERS_LOST, "it healed", only_warns=True)
    assert of_settings({}).weigh([doubt]) == ((), ("it healed",))
    assert of_settings({"workersLost": "ignore"}).weigh([doubt]) == ((), ())


def test_tolerances_can_be_set() -> None:
    validity = of_settings({"deliveryTolerance": 0.2, "workerLossToleranceS": 30})
    assert (validity.delivery_tolerance, validity.worker_loss_tolerance_s) == (0.2, 30)
    assert validity.effect(Reason.CUT_SHORT) is Effect.INVALIDATE


@pytest.mark.parametrize(
    ("validity", "message"),
    [
        ({"scriptError": "warn"}, "validity.scriptError: unknown key; write scriptErrors"),
        ({"scriptErrors": "wran"}, "validity.scriptErrors: 'wran' is unknown; write invalidate, warn, ignore"),
        ({"deliveryTolerance": "1%"}, "validity.deliveryTolerance: '1%' is no number from 0 on"),
    ],
)
def test_a_wrong_key_is_named(validity: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        of_settings(validity)
