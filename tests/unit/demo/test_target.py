"""A request finds its handler, and the counts tell by which route."""

from typing import Any

import pytest
from werkzeug.test import Client

from demo.access import Access
from demo.answers import Request, Response
from demo.target import ANY, Route, Target


def names(_: Request, *names: str) -> Response:
    return Response(" ".join(names))


def broken(_: Request) -> Response:
    raise ZeroDivisionError


def target() -> Target:
    routes = [
        Route("GET", "/products", names),
        Route("GET", "/products/{id}", names),
        Route("GET", "/products/{id}/photos/{photo}", names),
        Route(ANY, "/echo", names),
        Route("GET", "/broken", broken),
    ]
    return Target(routes, Access())


def counted(application: Target) -> Any:  # noqa: ANN401 - JSON
    return application.counts.snapshot()["by_route_status"]


@pytest.mark.parametrize(
    ("method", "path", "route", "text"),
    [
        ("GET", "/products", "GET /products", ""),
        ("HEAD", "/products", "HEAD /products", ""),
        ("GET", "/products/7?x=1", "GET /products/{id}", "7"),
        ("GET", "/products/a%20b%2Fc", "GET unmatched", None),
        ("GET", "/products/%C3%A4/photos/2", "GET /products/{id}/photos/{photo}", "ä 2"),
        ("PATCH", "/echo", "PATCH /echo", ""),
    ],
)
def test_the_route_of_a_request(method: str, path: str, route: str, text: str | None) -> None:
    application = target()
    answer = Client(application).open(path, method=method)
    assert counted(application) == {route: {str(answer.status_code): 1}}
    assert (answer.text if answer.status_code == 200 else None) == text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/product", 404),
        ("GET", "/products/", 404),
        ("GET", "//products", 404),
        ("POST", "/products", 405),
        ("PUT", "/products/7", 405),
    ],
)
def test_what_has_no_route_is_refused_and_counted_as_one(method: str, path: str, status: int) -> None:
    application = target()
    assert Client(application).open(path, method=method).status_code == status
    assert counted(application) == {f"{method} unmatched": {str(status): 1}}


def test_a_defect_ends_in_500_and_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    application = target()
    assert Client(application).get("/broken").status_code == 500
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert counted(application) == {"GET /broken": {"500": 1}}
