"""The target knows what it received."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from demo.process import RunningTarget


def ask(target: RunningTarget, path: str, method: str = "GET") -> int:
    try:
        return int(urlopen(Request(target.url + path, method=method), timeout=30).status)
    except HTTPError as error:
        return error.code


def test_each_request_is_counted_by_route_method_and_status(target: RunningTarget) -> None:
    target.forget()
    for path in ("/", "/products/1", "/products/2?colour=red", "/products/999", "/nowhere"):
        ask(target, path)
    ask(target, "/", "HEAD")
    assert target.counts() == {
        "total": 6,
        "answered": 6,
        "by_route": {"GET /": 1, "GET /products/{id}": 3, "GET unmatched": 1, "HEAD /": 1},
        "by_method": {"GET": 5, "HEAD": 1},
        "by_status": {"200": 4, "404": 2},
        "by_route_status": {
            "GET /": {"200": 1},
            "GET /products/{id}": {"200": 2, "404": 1},
            "GET unmatched": {"404": 1},
            "HEAD /": {"200": 1},
        },
    }


def test_health_counts_and_controls_are_not_counted(target: RunningTarget) -> None:
    target.forget()
    target.fault("ok")
    ask(target, "/health")
    assert target.counts()["total"] == 0


def test_a_million_invented_names_are_one(target: RunningTarget) -> None:
    target.forget()
    for number in range(20):
        ask(target, f"/page-{number}", f"VERB{number}")
    assert target.counts()["by_route"] == {"OTHER unmatched": 20}


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/count"), ("POST", "/count/reset")])
def test_counting_begins_again_on_demand(target: RunningTarget, method: str, path: str) -> None:
    ask(target, "/")
    assert ask(target, path, method) == 200
    assert target.counts()["total"] == 0
