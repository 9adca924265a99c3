"""What the target received and answered: the truth that a load test's own statistics are held against."""

from collections import Counter

from demo.answers import Request, Response, as_json


class Counts:
    """Counts by route, method and status; routes are templates, so the number of names is bounded."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begins at zero again."""
        self._routes: Counter[str] = Counter()
        self._methods: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._route_statuses: Counter[tuple[str, int]] = Counter()

    def received(self, method: str, route: str) -> None:
        """Counts a whole request that arrived, whatever becomes of it."""
        self._routes[f"{method} {route}"] += 1
        self._methods[method] += 1

    def answered(self, method: str, route: str, status: int) -> None:
        """Counts a response that was made."""
        self._statuses[status] += 1
        self._route_statuses[f"{method} {route}", status] += 1

    def snapshot(self) -> dict[str, object]:
        """Returns all counts; `total` counts what arrived, `answered` the responses made."""
        by_route_status: dict[str, dict[str, int]] = {}
        for (route, status), count in sorted(self._route_statuses.items()):
            by_route_status.setdefault(route, {})[str(status)] = count
        return {
            "total": self._methods.total(),
            "answered": self._statuses.total(),
            "by_route": dict(sorted(self._routes.items())),
            "by_method": dict(sorted(self._methods.items())),
            "by_status": {str(status): count for status, count in sorted(self._statuses.items())},
            "by_route_status": by_route_status,
        }

    def show(self, request: Request) -> Response:  # noqa: ARG002
        """GET /count."""
        return as_json(self.snapshot())

    def forget(self, request: Request) -> Response:
        """DELETE /count: returns what was counted until now, and begins at zero again."""
        last = self.show(request)
        self.reset()
        return last
