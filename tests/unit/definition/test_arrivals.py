"""What test.yml may say under `arrivals`."""

import math
from typing import Any

import pytest

from swarmfile.definition.arrivals import Arrivals, Distribution, Dropped, of_settings
from swarmfile.definition.rate import RateStage

STAGES = [{"name": "calm", "rate": "10/s", "duration": "1m"}, {"rate": "40/s", "duration": 30, "ramp": "10s"}]


def test_a_rate_alone_has_no_end_until_a_run_time_gives_it_one() -> None:
    arrivals = of_settings({"rate": "500/s", "maxUsers": 20, "distribution": "poisson", "dropped": "fail"})
    stage = RateStage("", 500, math.inf)
    assert arrivals == Arrivals((stage,), 20, Distribution.POISSON, Dropped.FAIL)
    assert arrivals.lasting(None) == arrivals
    assert arrivals.lasting(90).stages == (RateStage("", 500, 90),)


def test_stages_keep_their_own_end_and_names() -> None:
    arrivals = of_settings({"stages": STAGES})
    assert arrivals
    assert arrivals.stages == (RateStage("calm", 10, 60), RateStage("arrivals.stages[1]", 40, 30, 10))
    assert arrivals.lasting(5) == arrivals


def test_rate_and_run_time_scale_stages() -> None:
    arrivals = of_settings({"stages": STAGES, "rate": "80/s"}, run_time_s=45)
    assert arrivals
    assert [(stage.rate, stage.duration_s, stage.ramp_s) for stage in arrivals.stages] == [(20, 30, 0), (80, 15, 5)]


@pytest.mark.parametrize("raw", [{}, {"rate": ""}, {"rate": "", "stages": [], "maxUsers": 5}])
def test_without_a_rate_the_load_is_users(raw: dict[str, Any]) -> None:
    assert of_settings(raw) is None


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"rate": 500}, "arrivals.rate: 500 is no rate; write arrivals per second, minute or hour, for example"),
        ({"rate": "0/s"}, "arrivals.rate: 0 is no load; write a rate above 0"),
        ({"stages": [{"rate": "0/s", "duration": 5}]}, "arrivals.rate: 0 is no load"),
        ({"stages": ["fast"]}, r"arrivals.stages\[0\]: a stage holds name, rate, duration and ramp"),
        ({"stages": [{"duration": 5}]}, r"arrivals.stages\[0\].rate: None is no rate"),
        ({"stages": [{"rate": "1/s", "duration": "soon"}]}, r"arrivals.stages\[0\].duration: 'soon' is not"),
        ({"stages": [{"rate": "1/s"}]}, r"arrivals.stages\[0\].duration: 0s is too short; write at least 1s"),
        (
            {"stages": [{"rate": "1/s", "duration": 5, "ramp": 9}]},
            r"arrivals.stages\[0\].duration: 5s is too short; write at least 9s",
        ),
        ({"rate": "1/s", "maxUsers": 0}, "arrivals.maxUsers: 0 is no whole number from 1 on"),
        ({"rate": "1/s", "maxDropped": 5}, "arrivals.maxDropped: 5 is no share from 0 to 1"),
        ({"rate": "1/s", "dropped": "ignore"}, "arrivals.dropped: 'ignore' is unknown; write invalidate, fail, warn"),
        ({"rate": "1/s", "distribution": "even"}, "arrivals.distribution: 'even' is unknown; write constant, poisson"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_write(raw: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        of_settings(raw)
