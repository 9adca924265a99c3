"""What `auth=` may be: a name and a password, or what changes the request itself, as requests' AuthBase does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest
from requests.auth import HTTPBasicAuth
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

from swarmfile.http.connect import basic_auth


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as `auth` left it: its URL, the header fields that changed (None: removed), and its body."""

    url: str
    headers: Mapping[str, Any]
    body: bytes


def auth_header(auth: Any) -> dict[str, str]:
    """Returns the field for (username, password), or for an object with these attributes. Raises TypeError."""
    if auth is None:
        return {}
    if isinstance(auth, tuple | list) and len(auth) == 2:
        return {"Authorization": basic_auth(*auth)}
    if hasattr(auth, "username") and hasattr(auth, "password"):
        return {"Authorization": basic_auth(auth.username, auth.password)}
    raise TypeError("auth must be (username, password), or what requests takes: a callable that changes the request")


def changes_request(auth: Any) -> bool:
    """Whether `auth` is called with each request; a name and a password are known without."""
    return callable(auth) and type(auth) is not HTTPBasicAuth


def sign(auth: Any, method: str, url: str, fields: Mapping[str, str], body: bytes) -> Signed:
    """Calls `auth` with the request that would be sent, as requests does.

    Raises TypeError where it waits for the server's answer, which only requests can give it.
    """
    request = PreparedRequest()
    request.method, request.url, request.body = method, url, body or None
    request.headers = CaseInsensitiveDict(fields)
    request.hooks = default_hooks()
    signed = auth(request)
    if signed.hooks != default_hooks():
        raise TypeError(f"SwarmHttpUser cannot use auth={type(auth).__name__}: stay with HttpUser for it")
    return Signed(str(signed.url), _changed(fields, signed.headers), _bytes(signed.body))


def _changed(before: Mapping[str, str], after: Mapping[str, Any]) -> dict[str, Any]:
    removed = {name: None for name in before if name not in after}
    known = CaseInsensitiveDict(before)
    return {**removed, **{name: value for name, value in after.items() if known.get(name) != value}}


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body or b"")
