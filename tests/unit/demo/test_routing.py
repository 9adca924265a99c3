"""A request finds its handler."""

import pytest

from demo.message import Refusal, Request, Response
from demo.routing import ANY, Match, Route, Router


def handler(_: Request) -> Response:
    return Response(200)


ROUTER = Router(
    [
        Route("GET", "/products", handler),
        Route("GET", "/products/{id}", handler),
        Route("GET", "/products/{id}/photos/{photo}", handler),
        Route(ANY, "/echo", handler),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "template", "params"),
    [
        ("GET", "/products", "/products", {}),
        ("HEAD", "/products", "/products", {}),
        ("GET", "/products/7", "/products/{id}", {"id": "7"}),
        ("GET", "/products/7/photos/2", "/products/{id}/photos/{photo}", {"id": "7", "photo": "2"}),
        ("PATCH", "/echo", "/echo", {}),
    ],
)
def test_the_route_of_a_request(method: str, path: str, template: str, params: dict[str, str]) -> None:
    match = ROUTER.find(method, path)
    assert (match.route.template, match.params) == (template, params)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/product", 404), ("GET", "/products/", 404), ("POST", "/products", 405), ("PUT", "/products/7", 405)],
)
def test_what_has_no_route_is_refused(method: str, path: str, status: int) -> None:
    assert refused_status(ROUTER.find(method, path)) == status


def refused_status(match: Match) -> int:
    with pytest.raises(Refusal) as refused:
        match.route.handler(None)  # type: ignore[arg-type]
    return refused.value.response.status
