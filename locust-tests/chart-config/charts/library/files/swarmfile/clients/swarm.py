"""SwarmHttpUser: its kind, see swarmfile/clients/kind.py.

What a script sets itself wins over credentials: auth=, a header of the same name, user and password in host, and the
class's insecure, ssl_context_factory and proxy_host.
"""

from typing import Any

from swarmfile.clients.kind import traced
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import Origin
from swarmfile.http.client import SwarmHttpSession
from swarmfile.http.response import SwarmResponse
from swarmfile.http.tls import Tls
from swarmfile.http.user import SwarmHttpUser

USER = SwarmHttpUser


def equip(user: SwarmHttpUser, credentials: Credentials, target: Origin | None) -> None:
    """See UserKind."""
    # Of two proxies the client takes the one that is named for the scheme, as the environment's are.
    user.client.trust_env = user.proxy_host is None
    if target is None:
        return
    for name, value in credentials.headers:
        user.client.host_headers.setdefault(name, value)
    has_tls = credentials.authority or credentials.certificate or credentials.insecure
    if has_tls and user.ssl_context_factory is None:
        certificate, key = credentials.certificate or (None, None)
        insecure = user.insecure or credentials.insecure
        user.client.host_tls = Tls(not insecure, credentials.authority, certificate, key)


def send_traceparent() -> None:
    """See UserKind. Requests are planned one by one, since each is different."""
    SwarmHttpSession.request = traced(SwarmHttpSession.request)  # type: ignore[method-assign]
    SwarmHttpSession.get = get  # type: ignore[method-assign,assignment]


def get(session: SwarmHttpSession, url: str, **options: Any) -> SwarmResponse:  # noqa: ANN401 - those of `request`
    """Sends a GET request by the way of all others, which adds the header."""
    return session.request("GET", url, **options)


def watch() -> None:
    """See UserKind. The client counts such requests itself."""
