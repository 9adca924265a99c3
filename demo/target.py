"""The target as a WSGI application: routing, counting, access and faults."""

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from demo.access import Access
from demo.answers import Request, Response, as_json, failure, refused
from demo.counts import Counts
from demo.faults import Dropped, Faults, oversized

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
ANY = "ANY"
View = Callable[..., Response]


@dataclass(frozen=True)
class Route:
    """One line of the routing table; `control` routes are uncounted and work during faults.

    The handler gets the request, and what stands for the names in a template such as /products/{id}.
    """

    method: str
    template: str
    handler: View
    control: bool = False
    protected: bool = True

    def rule(self) -> Rule:
        """Returns the route as werkzeug has it; HEAD is served by GET's handler."""
        text = self.template.replace("{", "<").replace("}", ">")
        return Rule(text, endpoint=self, methods=None if self.method == ANY else [self.method])


class Target:
    """Answers requests, and knows how many."""

    def __init__(self, routes: Iterable[Route], access: Access) -> None:
        self._access, self.counts, self.faults = access, Counts(), Faults()
        rules = [route.rule() for route in (*routes, *self._controls())]
        self._rules = Map(rules, merge_slashes=False).bind("demo")

    def _controls(self) -> tuple[Route, ...]:
        counts, faults = self.counts, self.faults
        return (
            Route("GET", "/health", lambda _: as_json({"status": "ok"}), control=True, protected=False),
            Route("GET", "/count", counts.show, control=True, protected=False),
            Route("DELETE", "/count", counts.forget, control=True, protected=False),
            Route("POST", "/count/reset", counts.forget, control=True, protected=False),
            Route("GET", "/admin/faults", faults.show, control=True),
            Route("POST", "/admin/faults", faults.set, control=True),
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answers a request that arrived whole; what is too long or was cut off is refused and not counted."""
        request = Request(environ)
        try:
            request.read_body()
        except HTTPException as error:
            response = refused(error)
            # Where the next request would begin is unknown.
            response.headers["Connection"] = "close"
        else:
            response = self._answer(request)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        route, arguments = self._find(request)
        if route.control:
            return self._handle(route, request, arguments)
        method = request.method if request.method in METHODS else "OTHER"
        self.counts.received(method, route.template)
        if self.faults.fails_now():
            response = failure(500, "this is a fault on demand")
        elif huge := oversized(self.faults.mode):
            response = huge
        else:
            self.faults.hold()
            response = self._handle(route, request, arguments)
        self.counts.answered(method, route.template, response.status_code)
        return response

    def _find(self, request: Request) -> tuple[Route, Mapping[str, Any]]:
        try:
            return self._rules.match(request.path, request.method)
        except NotFound:
            return NOT_FOUND, {}
        except MethodNotAllowed:
            return METHOD_NOT_ALLOWED, {}

    def _handle(self, route: Route, request: Request, arguments: Mapping[str, Any]) -> Response:
        try:
            if route.protected:
                self._access.check(request)
            return route.handler(request, *arguments.values())
        except HTTPException as error:
            return refused(error)
        except Dropped:
            raise
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return failure(500, "the demo target has a defect; see its log")


def _unmatched(status: int, message: str) -> Route:
    return Route(ANY, "unmatched", lambda _: failure(status, message))


NOT_FOUND = _unmatched(404, "no such page")
METHOD_NOT_ALLOWED = _unmatched(405, "this page does not know that method")
