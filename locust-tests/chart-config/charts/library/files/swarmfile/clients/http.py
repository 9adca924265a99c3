"""HttpUser, whose client is a session of requests: its kind, see swarmfile/clients/kind.py.

Credentials are added beneath the session, when a request to the tested host is sent: a redirect carries none of them
to another host, and neither a script nor a failure's report sees them in `response.request`. What a script sets itself
wins: auth= or session.auth, a header of the same name, user and password in a URL, verify=, cert=.
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

import urllib3
from locust import HttpUser
from locust.clients import HttpSession, ResponseContextManager
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import BaseAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from requests.exceptions import InvalidSchema
from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url, get_netrc_auth

from swarmfile.clients.kind import judged, traced, watched
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import Origin, origin_of

USER = HttpUser
BUNDLE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def equip(user: HttpUser, credentials: Credentials, target: Origin | None) -> None:
    """See UserKind."""
    # Locust turns it off, and with it the proxies; asked for each request, it costs where there are none.
    user.client.trust_env = bool(getproxies_environment())
    if target:
        equip_session(user.client, credentials, target)


def send_traceparent() -> None:
    """See UserKind."""
    HttpSession.request = traced(HttpSession.request)  # type: ignore[method-assign]


def watch() -> None:
    """See UserKind."""
    HttpSession.request = watched(HttpSession.request, name_of)  # type: ignore[method-assign]
    ResponseContextManager.__exit__ = judged(ResponseContextManager.__exit__)  # type: ignore[method-assign]


def name_of(session: HttpSession, url: str) -> str:
    """Returns what Locust calls a request that has no name: the path below base_url, with its query."""
    parts = urlsplit(session._build_url(url))
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def equip_session(session: HttpSession, credentials: Credentials, target: Origin) -> None:
    """Makes the session send the credentials to the target."""
    if credentials.headers and session.auth is None:
        session.auth = Default(session, target)
    if credentials.insecure:
        # One warning a connection would fill the logs with what was chosen knowingly.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    scheme, host, _ = target
    session.mount(f"{scheme}://[{host}]" if ":" in host else f"{scheme}://{host}", Gate(session, credentials, target))


class Default(AuthBase):
    """Stands in session.auth until a script sets its own, and marks the requests that have none of their own."""

    def __init__(self, session: Session, target: Origin) -> None:
        self._session = session
        self._target = target

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Does what requests would do without any session.auth, except that .netrc gives nothing for the target."""
        url = str(request.url)
        own = get_auth_from_url(url)
        if not any(own) and self._session.trust_env and origin_of(url) != self._target:
            own = get_netrc_auth(url) or own
        if any(own):
            return HTTPBasicAuth(*own)(request)
        # Hooks, unlike attributes, are still there in the copy that follows a redirect.
        request.register_hook("response", left_to_us)
        return request


def left_to_us(_response: Response, **_options: object) -> None:
    """Does nothing: as a hook of a request it says that the script set no authentication."""


class Gate(BaseAdapter):
    """Sits over the session's own adapters, which the script may replace, for all URLs that begin like the target."""

    def __init__(self, session: Session, credentials: Credentials, target: Origin) -> None:
        super().__init__()
        self._session = session
        self._credentials = credentials
        self._target = target

    def send(  # type: ignore[override]
        self,
        request: PreparedRequest,
        **options: Any,  # noqa: ANN401 - requests' own
    ) -> Response:
        """Sends the request, with the credentials where it goes to the target. Raises as requests does."""
        beneath = self._beneath(str(request.url))
        if origin_of(str(request.url)) != self._target:
            return beneath.send(request, **options)
        sent = request.copy()
        self._fill(sent)
        try:
            response = beneath.send(sent, **self._with_tls(options))
        except RequestException as error:
            error.request = request
            raise
        response.request = request
        return response

    def close(self) -> None:
        """The adapters beneath are closed by the session."""

    def _beneath(self, url: str) -> BaseAdapter:
        for prefix, adapter in self._session.adapters.items():
            if adapter is not self and url.lower().startswith(prefix.lower()):
                return adapter
        raise InvalidSchema(f"No connection adapters were found for {url!r}")

    def _fill(self, request: PreparedRequest) -> None:
        hooks: Mapping[str, list[Any]] = request.hooks
        if left_to_us not in hooks["response"]:
            return
        for name, value in self._credentials.headers:
            request.headers.setdefault(name, value)

    def _with_tls(self, options: dict[str, Any]) -> dict[str, Any]:
        credentials = self._credentials
        changed = dict(options)
        if options.get("verify", True) in (True, *map(os.environ.get, BUNDLE_VARIABLES)):
            changed["verify"] = not credentials.insecure and (credentials.authority or options.get("verify", True))
        if credentials.certificate and options.get("cert") is None:
            changed["cert"] = credentials.certificate
            if changed["verify"] is True:
                # For True Locust shares one TLS context among all hosts; each of them could ask for the certificate.
                changed["verify"] = DEFAULT_CA_BUNDLE_PATH
        return changed
