"""Finds the handler of a request: by its exact path, else by a template such as /products/{id}."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from demo.message import Handler, Refusal, failure

ANY = "ANY"
UNMATCHED = "unmatched"


@dataclass(frozen=True)
class Route:
    """One line of the routing table; `control` routes are uncounted and work during faults."""

    method: str
    template: str
    handler: Handler
    control: bool = False
    protected: bool = True


@dataclass(frozen=True)
class Match:
    """A route that was found and what its template's names stand for."""

    route: Route
    params: Mapping[str, str]


class Router:
    """All routes of the target."""

    def __init__(self, routes: Iterable[Route]) -> None:
        routes = tuple(routes)
        self._exact = {(route.method, route.template): Match(route, {}) for route in routes}
        self._templates = [(_pattern(route.template), route) for route in routes if "{" in route.template]

    def find(self, method: str, path: str) -> Match:
        """Returns the match; HEAD is served by GET's handler. What fits nothing is a route of its own."""
        wanted = "GET" if method == "HEAD" else method
        return self._exact.get((wanted, path)) or self._exact.get((ANY, path)) or self._by_template(wanted, path)

    def _by_template(self, method: str, path: str) -> Match:
        for pattern, route in self._templates:
            found = pattern.fullmatch(path)
            if found and route.method in (method, ANY):
                return Match(route, found.groupdict())
        return METHOD_NOT_ALLOWED if self._knows(path) else NOT_FOUND

    def _knows(self, path: str) -> bool:
        exact = any(template == path for _, template in self._exact)
        return exact or any(pattern.fullmatch(path) for pattern, _ in self._templates)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


def _refuse(status: int, message: str) -> Match:
    def handler(_: object) -> None:
        raise Refusal(failure(status, message))

    return Match(Route(ANY, UNMATCHED, handler), {})  # type: ignore[arg-type]


NOT_FOUND = _refuse(404, "no such page")
METHOD_NOT_ALLOWED = _refuse(405, "this page does not know that method")
