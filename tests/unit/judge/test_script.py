import logging
import traceback
from pathlib import Path

import pytest
from locust.event import EventHook
from requests import HTTPError, Response

from swarmfile.http.pool import Timeouts
from swarmfile.judge.script import ListenerErrors, data_missing, exceptions, listener_errors, missing_data_file


def raised(count: int) -> dict[str, object]:
    try:
        {}["token"]  # type: ignore[index]
    except KeyError as error:
        # As Locust's runners format it: without the exception itself.
        frames = "".join(traceback.format_tb(error.__traceback__))
        return {"count": count, "msg": str(error), "traceback": frames, "nodes": {"a"}}
    raise AssertionError


def test_exceptions_that_locust_swallows_are_told_with_their_place() -> None:
    doubt = next(exceptions([raised(3)], requests=100, tolerance=0.0))
    assert doubt.sentence.startswith("the script raised 3 times: 'token' (test_script.py, line ")
    assert ", in raised)" in doubt.sentence


def test_the_place_is_the_scripts_own_where_what_it_called_raised() -> None:
    try:
        Timeouts().override("5")
    except ValueError as error:
        frames = "".join(traceback.format_tb(error.__traceback__))
    row = {"count": 1, "msg": "no", "traceback": frames, "nodes": {"a"}}
    assert "raised once: no (test_script.py, line " in next(exceptions([row], requests=100, tolerance=0.0)).sentence


def test_the_most_frequent_of_several_kinds_is_told() -> None:
    other = {"count": 9, "msg": "no", "traceback": "", "nodes": {"a"}}
    doubt = next(exceptions([raised(3), other], requests=100, tolerance=0.0))
    assert "raised 12 times: no, the most frequent of 2 kinds;" in doubt.sentence


@pytest.mark.parametrize(("count", "tolerance", "doubts"), [(0, 0.0, 0), (1, 0.0, 1), (1, 0.01, 0), (2, 0.01, 1)])
def test_exceptions_within_the_tolerance_are_not_doubted(count: int, tolerance: float, doubts: int) -> None:
    assert len(list(exceptions([raised(count)], requests=100, tolerance=tolerance))) == doubts


def answered() -> dict[str, object]:
    """What a response of requests raises."""
    response = Response()
    response.status_code, response.reason, response.url = 500, "Server Error", "/error"
    try:
        response.raise_for_status()
    except HTTPError as error:
        frames = "".join(traceback.format_tb(error.__traceback__))
        return {"count": 5, "msg": str(error), "traceback": frames, "nodes": {"a"}}
    raise AssertionError


def test_what_the_target_answered_only_warns_where_it_is_raised() -> None:
    own, targets = exceptions([answered(), raised(3)], requests=100, tolerance=0.0)
    assert (own.only_warns, targets.only_warns) == (False, True)
    assert "raised 3 times: 'token'" in own.sentence
    start = "the script raised 5 times what the target answered: 500 Server Error: Server Error for url: /error ("
    assert targets.sentence.startswith(start + "test_script.py, line ")
    assert ", in answered)" in targets.sentence


def test_a_listener_that_raises_is_counted() -> None:
    handler = ListenerErrors()
    logging.getLogger().addHandler(handler)
    hook = EventHook()
    hook.add_listener(lambda: 1 / 0)
    hook.fire()
    hook.fire()
    logging.getLogger().removeHandler(handler)
    doubt = next(listener_errors({"a": (handler.count, handler.last), "b": (0, "")}))
    assert doubt.sentence.startswith("a listener of the script raised 2 times: ZeroDivisionError: division by zero (")
    assert list(listener_errors({"b": (0, "")})) == []


def test_test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "users.csv").write_text("a\n")
    files = {
        name: missing_data_file({"TEST_DATA_FILE": str(tmp_path / name)}) for name in ("empty.csv", "users.csv", "no")
    }
    assert files == {"empty.csv": f"{tmp_path}/empty.csv (empty)", "users.csv": None, "no": f"{tmp_path}/no"}
    assert missing_data_file({}) is None


def test_missing_data_is_told_once_for_all_workers() -> None:
    doubts = list(data_missing({"a": "/test_data/x.csv", "b": "/test_data/x.csv"}))
    assert [d.sentence for d in doubts] == [
        "test data was missing on 2 worker(s): /test_data/x.csv; see testData in test.yml"
    ]
    assert list(data_missing({})) == []
