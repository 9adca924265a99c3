"""Refuses what another site's page asks of Locust's web UI: to start, stop or change a run, or to log in.

A browser sends the Basic auth that it remembers along with such a request, and without a login nothing else would stop
it. It says itself from where a request comes (Sec-Fetch-Site, else Origin, else Referer); programs such as curl say
nothing, and are not refused. Headers of proxies count for nothing: Locust lets any page send any header.
"""

from urllib.parse import urlsplit

from flask import Request, Response, request
from locust import events
from locust.env import Environment

from swarmfile.run.context import Context

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# A script's own routes are its own affair.
GUARDED = ("locust.", "swarmfile")
DEFAULT_PORTS = (":80", ":443")
REFUSED = "swarmfile: refused: the request comes from a page of another site; use the web UI itself, or a program\n"


def install(context: Context) -> None:  # noqa: ARG001 - a rule without settings
    """Waits for the web UI, where there is one, and looks at each request before anything else does."""

    def on_init(environment: Environment, **_: object) -> None:
        if environment.web_ui and environment.web_ui.app:
            environment.web_ui.app.before_request(refusal)

    events.init.add_listener(on_init)


def refusal() -> Response | None:
    """Answers a request that must not change anything, None for every other."""
    if request.method in SAFE_METHODS or not (request.endpoint or "").startswith(GUARDED):
        return None
    return Response(REFUSED, 403, content_type="text/plain") if is_foreign(request) else None


def is_foreign(asked: Request) -> bool:
    """Returns whether a browser says that a page of another site sent the request."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        # "none" is what the user typed or bookmarked.
        return site not in ("same-origin", "none")
    origin = asked.headers.get("Origin") or asked.headers.get("Referer")
    return origin is not None and _place(_netloc(origin)) != _place(asked.host)


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _place(netloc: str) -> str:
    # What ends TLS before us changes the scheme and with it the port that need not be named.
    for port in DEFAULT_PORTS:
        netloc = netloc.removesuffix(port)
    return netloc.lower()
