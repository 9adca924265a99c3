from collections.abc import Iterator

import pytest
from requests import Session

from swarmfile.http.redirect import keeps_credentials, next_method, next_url
from swarmfile.http.url import split
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Answer, Request, Scripted, response, running
from tests.unit.http.swarm_user import new_user


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Scripted, Scripted]]:
    with running() as here, running() as there:
        yield here, there


@pytest.fixture
def here(servers: tuple[Scripted, Scripted]) -> Scripted:
    servers[0].answers(response(b"here"))
    return servers[0]


@pytest.fixture
def there(servers: tuple[Scripted, Scripted]) -> Scripted:
    servers[1].answers(response(b"there"))
    return servers[1]


@pytest.fixture
def user(here: Scripted) -> SwarmHttpUser:
    return new_user(here.url)


def moved(to: str, status: str = "302 Found") -> bytes:
    return response(b"moved", status, Location=to)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_method_changes_as_with_requests(method: str, status: int) -> None:
    class Prepared:
        pass

    asked, answered = Prepared(), Prepared()
    asked.method, answered.status_code = method, status  # type: ignore[attr-defined]
    Session().rebuild_method(asked, answered)  # type: ignore[arg-type]
    assert next_method(method, status) == asked.method  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://a.example/", "http://a.example/x"),
        ("http://a.example/", "https://a.example/"),
        ("http://a.example:80/", "https://a.example:443/"),
        ("https://a.example/", "http://a.example/"),
        ("http://a.example:81/", "https://a.example/"),
        ("http://a.example/", "http://a.example:81/"),
        ("http://a.example/", "http://b.example/"),
        ("http://a.example/", "http://www.a.example/"),
    ],
)
def test_credentials_are_stripped_where_requests_strips_them(old: str, new: str) -> None:
    assert keeps_credentials(split(old).origin, split(new).origin) is not Session().should_strip_auth(old, new)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/x", "http://a.example/x"),
        ("x?y", "http://a.example/folder/x?y"),
        ("../x", "http://a.example/x"),
        ("?q", "http://a.example/folder/page?q"),
        ("//b.example/x", "http://b.example/x"),
        ("https://b.example", "https://b.example/"),
        ("/\xc3\xa4", "http://a.example/%C3%A4"),
        ("/a b", "http://a.example/a%20b"),
        ("", "http://a.example/folder/page"),
    ],
)
def test_a_location_is_seen_from_where_it_was_said(location: str, url: str) -> None:
    assert str(next_url(split("http://a.example/folder/page"), location)) == url


def test_a_redirect_is_followed_and_remembered(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/two", "301 Moved"), moved("/three"), response(b"three"))
    got = user.client.get("/one")
    assert (got.text, got.url, [each.status_code for each in got.history]) == ("three", f"{here.url}/three", [301, 302])
    assert list(user.environment.stats.entries) == [("/one", "GET")]
    assert here.connections == 1


def test_a_redirect_may_be_left_alone(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/two"))
    got = user.client.get("/one", allow_redirects=False)
    assert (got.status_code, got.is_redirect, got.headers["location"], got.ok) == (302, True, "/two", True)
    assert user.client.head("/one").status_code == 302


def test_a_post_becomes_a_get_without_its_body(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/done", "303 See Other"), response(b"done"))
    user.client.post("/form", json={"a": 1}, headers={"X-Kept": "1", "Content-Type": "application/json"})
    assert (here.seen[1].method, here.seen[1].body) == ("GET", b"")
    assert here.seen[1].headers["x-kept"] == "1"
    assert "content-type" not in here.seen[1].headers


def test_a_body_is_sent_again_where_the_method_stays(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/again", "307 Temporary Redirect"), response(b"done"))
    user.client.post("/form", json={"a": 1})
    assert (here.seen[1].method, here.seen[1].body) == ("POST", b'{"a": 1}')
    assert here.seen[1].headers["content-type"] == "application/json"


@pytest.mark.parametrize("given", ["request", "auth", "client header", "client auth"])
def test_authorization_does_not_go_to_another_host(
    user: SwarmHttpUser, here: Scripted, there: Scripted, given: str
) -> None:
    here.answers(moved(f"{there.url}/x"))
    options: dict[str, object] = {}
    if given == "request":
        options = {"headers": {"Authorization": "secret", "Cookie": "secret"}}
    elif given == "auth":
        options = {"auth": ("me", "mine")}
    elif given == "client header":
        user.client.headers["Authorization"] = "secret"
    else:
        user.client.auth = ("me", "mine")
    assert user.client.request("GET", "/", **options).text == "there"  # type: ignore[arg-type]
    assert "authorization" in here.seen[0].headers
    assert not {"authorization", "cookie"} & set(there.seen[0].headers)
    assert there.seen[0].headers["host"] == f"127.0.0.1:{there.port}"


def test_authorization_of_a_request_goes_along_on_its_own_host(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/x"), response(b"ok"))
    user.client.get("/", auth=("me", "mine"))
    assert here.seen[1].headers["authorization"] == here.seen[0].headers["authorization"]


def test_cookies_set_on_the_way_are_sent(user: SwarmHttpUser, here: Scripted, there: Scripted) -> None:
    here.answers(response(b"", "302 Found", Location="/in", Set_Cookie="session=1; Path=/"), moved(f"{there.url}/"))
    user.client.post("/login", data={"name": "me"})
    assert here.seen[1].headers["cookie"] == "session=1"
    assert user.client.cookies.get_dict() == {"session": "1"}


def test_a_circle_is_a_failure(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("/round"))
    got = user.client.get("/round")
    assert str(got.error) == "more than 30 redirects"
    assert len(here.seen) == 31


def test_a_location_that_cannot_be_requested_is_a_failure(user: SwarmHttpUser, here: Scripted) -> None:
    here.answers(moved("ftp://example.com/"))
    assert "no http:// or https:// URL" in str(user.client.get("/").error)


def test_the_time_includes_all_of_it(user: SwarmHttpUser, here: Scripted) -> None:
    def slow(request: Request) -> Answer:
        return (
            [b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /x\r\n", b"\r\n"]
            if len(here.seen) == 1
            else [
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
                b"\r\n",
            ]
        )

    here.answer = slow
    got = user.client.get("/")
    assert got.elapsed > got.history[0].elapsed
