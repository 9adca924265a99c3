"""A real client against a real server that answers as scripted: what scripts call, and what goes out."""

from typing import Any

import pytest
from locust import FastHttpUser, HttpUser
from locust.clients import HttpSession
from requests.cookies import cookiejar_from_dict

from swarmfile.http.errors import InvalidHeader, InvalidURL
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted, response
from tests.unit.http.swarm_user import new_environment, new_user


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_each_method_reaches_the_server(server: Scripted, user: SwarmHttpUser, method: str) -> None:
    getattr(user.client, method.lower())("/here?a=1")
    assert [(each.method, each.target) for each in server.seen] == [(method, "/here?a=1")]


@pytest.mark.parametrize(
    ("options", "body", "content_type"),
    [
        ({"json": {"a": [1, None]}}, b'{"a": [1, null]}', "application/json"),
        ({"json": []}, b"[]", "application/json"),
        ({"data": {"a": 1, "b": ["x", "y z"]}}, b"a=1&b=x&b=y+z", "application/x-www-form-urlencoded"),
        ({"data": "plain"}, b"plain", None),
        ({"data": b"\0\1"}, b"\0\1", None),
        ({"data": iter([b"a", b"b"])}, b"ab", None),
        ({"json": {}, "headers": {"content-type": "application/vnd.api+json"}}, b"{}", "application/vnd.api+json"),
    ],
)
def test_a_body_is_sent_with_its_type(
    server: Scripted, user: SwarmHttpUser, options: dict[str, Any], body: bytes, content_type: str | None
) -> None:
    user.client.post("/", **options)
    assert (server.seen[0].body, server.seen[0].headers.get("content-type")) == (body, content_type)
    assert server.seen[0].headers["content-length"] == str(len(body))


NAMED: list[tuple[str, dict[str, Any]]] = [
    ("/search?a=1", {"params": {"q": "x y", "tag": ["b", "c"], "none": None}}),
    ("/search", {"params": {"q": "tea"}}),
    ("HOST/whole?x=1#y", {}),
    ("", {}),
    ("/a b", {}),
    ("/plain", {"headers": {"X-A": "1"}}),
    ("/missing", {"name": "own"}),
]


@pytest.mark.parametrize(("naming", "theirs"), [("http", HttpUser), ("fasthttp", FastHttpUser)])
def test_requests_have_the_names_of_locusts_own_users(
    server: Scripted, naming: str, theirs: type[HttpUser] | type[FastHttpUser]
) -> None:
    ours = new_user(server.url + "/below", naming=naming)
    other: Any = type("Other", (theirs,), {"host": server.url + "/below"})(new_environment())
    for url, options in NAMED:
        for user in (ours, other):
            user.client.get(url.replace("HOST", server.url), **options)
    assert list(ours.environment.stats.entries) == list(other.environment.stats.entries)
    assert [each.target for each in server.seen[::2]] == [each.target for each in server.seen[1::2]]


def test_a_naming_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Visitor\.naming: 'requests' is unknown: write \"http\" or \"fasthttp\""):
        new_user("http://localhost", naming="requests")


def test_the_load_follows_base_url(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/a")
    user.client.base_url = server.url.replace("127.0.0.1", "localhost") + "/v1"
    user.client.get("/a")
    assert [(each.target, each.headers["host"]) for each in server.seen] == [
        ("/a", f"127.0.0.1:{server.port}"),
        ("/v1/a", f"localhost:{server.port}"),
    ]


def test_credentials_do_not_follow_base_url(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.host_headers["X-Api-Key"] = "canary"
    user.client.base_url = server.url.replace("127.0.0.1", "localhost")
    user.client.get("/a")
    assert "x-api-key" not in server.seen[0].headers


def test_a_password_in_base_url_is_refused_and_not_repeated(user: SwarmHttpUser) -> None:
    with pytest.raises(InvalidURL, match=r"set client\.auth") as error:
        user.client.base_url = "http://me:secretpw@localhost"
    assert "secretpw" not in str(error.value)


def test_the_clients_headers_are_those_that_are_sent(server: Scripted, user: SwarmHttpUser) -> None:
    assert (user.client.headers["User-Agent"], user.client.headers.get("accept")) == ("swarmfile", "*/*")
    client: Any = user.client
    client.headers = {"X-A": "1"}
    client.get("/")
    assert set(server.seen[0].headers) == {"host", "x-a"}


@pytest.mark.parametrize("jar", [{"a": "1"}, cookiejar_from_dict({"a": "1"})], ids=["a mapping", "requests' jar"])
@pytest.mark.parametrize("attribute", ["cookies", "cookiejar"])
def test_the_jar_can_be_replaced(server: Scripted, user: SwarmHttpUser, jar: object, attribute: str) -> None:
    setattr(user.client, attribute, jar)
    user.client.get("/")
    user.client.get("/", params={"q": "1"})
    assert [each.headers.get("cookie") for each in server.seen] == ["a=1", "a=1"]


def test_a_client_beside_it_tells_the_same_statistics(server: Scripted, user: SwarmHttpUser) -> None:
    HttpSession(server.url, user.client.request_event, user).get("/beside")
    assert list(user.environment.stats.entries) == [("/beside", "GET")]


def test_a_script_may_keep_its_own_on_the_client(user: SwarmHttpUser) -> None:
    client: Any = user.client
    client.token = "mine"
    assert client.token == "mine"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b"])
def test_a_header_cannot_smuggle_lines(user: SwarmHttpUser, value: str) -> None:
    with pytest.raises(InvalidHeader) as error:
        user.client.get("/", headers={"X-Name": value})
    assert value not in str(error.value)


@pytest.mark.parametrize("host", ["ftp://example.com", "example.com", "http://", "http://host:99999"])
def test_a_host_that_cannot_be_requested_is_refused(host: str) -> None:
    with pytest.raises(InvalidURL, match="http"):
        new_user(host)


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (("user", "pass"), "Basic dXNlcjpwYXNz"),
        (("user", ""), "Basic dXNlcjo="),
        ((b"user", b"pass"), "Basic dXNlcjpwYXNz"),
    ],
)
def test_auth_becomes_a_header(
    server: Scripted, user: SwarmHttpUser, auth: tuple[str | bytes, str | bytes], header: str
) -> None:
    user.client.get("/", auth=auth)
    assert server.seen[0].headers["authorization"] == header


def test_credentials_in_the_host_are_sent_and_shown_nowhere(server: Scripted) -> None:
    user = new_user(server.url.replace("http://", "http://us%40er:pa%3Ass@"))
    got = user.client.get("/")
    assert server.seen[0].headers["authorization"] == "Basic dXNAZXI6cGE6c3M="
    assert "pa" not in got.url + user.client.base_url
    assert "authorization" not in got.request.headers


def test_an_option_that_there_is_not_is_refused(server: Scripted, user: SwarmHttpUser) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'retries'"):
        user.client.get("/", retries=3)
    assert server.seen == []


def test_cookies_are_kept_and_sent_back(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(Set_Cookie="session=1; Path=/"), response())
    assert user.client.get("/login").cookies.get_dict() == {"session": "1"}
    user.client.get("/shop")
    user.client.cookies.set("lang", "de")
    user.client.get("/shop")
    user.client.cookies.clear()
    user.client.get("/shop")
    sent = [each.headers.get("cookie") for each in server.seen]
    assert sent == [None, "session=1", "session=1; lang=de", None]


def test_cookies_of_one_request_are_sent_with_it_only(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/", cookies={"once": "1"})
    user.client.get("/")
    assert [each.headers.get("cookie") for each in server.seen] == ["once=1", None]


def test_rest_gives_the_json_and_fails_without(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b'{"a": 1}', Content_Type="application/json"), response(b"no json"))
    with user.rest("GET", "/") as got:
        assert got.js == {"a": 1}
    with user.rest("GET", "/") as got:
        assert got.js is None
    assert user.environment.stats.total.num_failures == 1
    assert server.seen[0].headers["accept"] == "application/json"


def test_requests_can_be_named(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/1", name="one")
    with user.client.rename_request("group"):
        user.client.get("/2")
        user.client.get("/3", name="own")
    user.client.request_name = "rest"
    user.client.get("/4")
    assert list(user.environment.stats.entries) == [(name, "GET") for name in ("one", "group", "own", "rest")]
