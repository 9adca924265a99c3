"""What requests calls with each request, and what it makes of it, beside requests itself."""

from collections.abc import Callable
from typing import Any, cast

import pytest
import requests
from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth

from swarmfile.http.auth import auth_header
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted


class Token(AuthBase):
    """Signs all that will be sent, as a cloud's signature does."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Token"] = f"{request.method} {request.path_url} {request.body!r}"
        return request


def in_query(request: PreparedRequest) -> PreparedRequest:
    request.prepare_url(str(request.url), {"key": "k"})
    return request


def without_agent(request: PreparedRequest) -> PreparedRequest:
    del request.headers["User-Agent"]
    return request


AUTHS = [("me", "mine"), HTTPBasicAuth("me", "mine"), HTTPProxyAuth("me", "mine"), Token(), in_query]
Client = Any  # HttpUser's, or ours


def post_with(client: Client, auth: object) -> None:
    client.post("/sign", data="body", auth=auth)


def post_with_own(client: Client, auth: object) -> None:
    client.auth = auth
    client.post("/sign", data="body")


ASSIGNED: list[Callable[[Client, object], None]] = [post_with, post_with_own]


@pytest.mark.parametrize("auth", [("me", "mine"), ["me", "mine"], HTTPBasicAuth("me", "mine")])
def test_a_login_has_several_forms(auth: object) -> None:
    assert auth_header(auth) == {"Authorization": "Basic bWU6bWluZQ=="}


def test_a_login_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="a callable that changes the request"):
        auth_header("token")


@pytest.mark.parametrize("auth", AUTHS, ids=str)
@pytest.mark.parametrize("ask", ASSIGNED, ids=["of the request", "of the client"])
def test_the_server_gets_what_requests_sends(
    server: Scripted, user: SwarmHttpUser, auth: object, ask: Callable[[Client, object], None]
) -> None:
    ask(user.client, auth)
    requests.post(server.url + "/sign", data="body", auth=cast(Any, auth))
    ours, theirs = server.seen
    assert (ours.target, ours.body) == (theirs.target, theirs.body)
    for name in ("authorization", "proxy-authorization"):
        assert ours.headers.get(name) == theirs.headers.get(name)


def test_a_signature_sees_what_is_sent(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.post("/sign", params={"a": 1}, json={"b": 2}, auth=Token())
    assert server.seen[0].headers["x-token"] == "POST /sign?a=1 b'{\"b\": 2}'"


def test_a_field_that_it_removes_is_not_sent(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/", auth=without_agent)
    assert "user-agent" not in server.seen[0].headers


@pytest.mark.parametrize("ask", ASSIGNED, ids=["of the request", "of the client"])
def test_a_password_that_waits_for_a_challenge_is_never_sent(
    server: Scripted, user: SwarmHttpUser, ask: Callable[[Client, object], None]
) -> None:
    with pytest.raises(TypeError, match="cannot use auth=HTTPDigestAuth: stay with HttpUser"):
        ask(user.client, HTTPDigestAuth("anna", "secretpw"))
    assert server.seen == []
