"""A real client against a real server that answers as scripted."""

import gc
import json
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import requests
from lib.http_connection import StaleConnectionError
from lib.http_errors import InvalidHeader, InvalidURL
from lib.http_user import SwarmHttpUser
from locust.exception import CatchResponseError, LocustError

from tests.unit.lib.scripted_server import CLOSE, HANG, RESET, Answer, Request, Scripted, response, running
from tests.unit.lib.swarm_user import eventually, idle_connections, listen, new_environment, new_user
from tests.unit.lib.test_http_wire import BROKEN, CUT, LEGAL


@pytest.fixture(scope="module")
def running_server() -> Iterator[Scripted]:
    with running() as scripted:
        yield scripted


@pytest.fixture
def server(running_server: Scripted) -> Scripted:
    running_server.answers(response(b"ok"))
    return running_server


@pytest.fixture
def user(server: Scripted) -> Iterator[SwarmHttpUser]:
    user = new_user(server.url, network_timeout=5, connection_timeout=5)
    yield user
    user.client.close()


def pieces_of(answer: bytes) -> list[bytes | str]:
    """The answer in three pieces, then the end of the connection."""
    third = max(len(answer) // 3, 1)
    return [piece for piece in (answer[:third], answer[third : 2 * third], answer[2 * third :]) if piece] + [CLOSE]


@pytest.mark.parametrize(("answer", "status", "body"), LEGAL.values(), ids=LEGAL)
def test_a_legal_response_arrives(
    server: Scripted, user: SwarmHttpUser, answer: bytes, status: int, body: bytes
) -> None:
    server.answers(pieces_of(answer))
    got = user.client.get("/")
    assert (got.error, got.status_code, got.content) == (None, status, body)


@pytest.mark.parametrize(("answer", "reason"), [*BROKEN.values(), *CUT.values()], ids=[*BROKEN, *CUT])
def test_a_broken_response_is_a_failure(server: Scripted, user: SwarmHttpUser, answer: bytes, reason: str) -> None:
    server.answers(pieces_of(answer))
    got = user.client.get("/")
    assert (got.status_code, got.content, got.text, got.ok) == (0, None, "", False)
    assert reason in str(got.error)
    assert user.environment.stats.total.num_failures == 1


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_each_method_reaches_the_server(server: Scripted, user: SwarmHttpUser, method: str) -> None:
    getattr(user.client, method.lower())("/here?a=1")
    assert [(each.method, each.target) for each in server.seen] == [(method, "/here?a=1")]


def test_a_connection_is_kept_for_the_next_request(server: Scripted, user: SwarmHttpUser) -> None:
    for _ in range(3):
        user.client.get("/")
    assert [each.connection for each in server.seen] == [1, 1, 1]


@pytest.mark.parametrize(
    "answer",
    [
        response(b"ok", Connection="close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        response(b"ok") + b"rubbish behind it",
        b"HTTP/1.1 204 No Content\r\n\r\nrubbish",
    ],
)
def test_a_connection_that_cannot_be_trusted_is_not_used_again(
    server: Scripted, user: SwarmHttpUser, answer: bytes
) -> None:
    server.answers(answer)
    assert user.client.get("/").ok
    assert user.client.get("/").ok
    assert [each.connection for each in server.seen] == [1, 2]


def test_a_body_that_answers_head_against_the_rules_is_not_taken(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"against the rules"))
    assert [user.client.head("/").content for _ in range(2)] == [b"", b""]
    assert server.connections == 2


def test_rubbish_between_responses_ends_the_connection_without_a_failure(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([response(b"ok"), b"rubbish"], response(b"ok"))
    assert user.client.get("/").ok
    eventually(lambda: all(connection.closed for connection in idle_connections(user)))
    assert user.client.get("/").content == b"ok"
    assert server.connections == 2


def test_a_connection_closed_in_the_pool_is_noticed_before_a_post_is_sent(
    server: Scripted, user: SwarmHttpUser
) -> None:
    server.answers([response(b"ok"), CLOSE], response(b"ok"))
    user.client.get("/")
    eventually(lambda: all(connection.closed for connection in idle_connections(user)))
    assert user.client.post("/", data=b"once").ok
    assert [each.method for each in server.seen] == ["GET", "POST"]


def answers_then_ends(how: str) -> Callable[[Request], Answer]:
    """Answers a connection's first request, and ends it silently at its second."""
    served: set[int] = set()

    def answer(request: Request) -> list[bytes | str]:
        if request.connection in served:
            return [how]
        served.add(request.connection)
        return [response(b"ok")]

    return answer


@pytest.mark.parametrize("how", [CLOSE, RESET])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_stale_connection_is_replaced_for_what_may_be_sent_twice(
    server: Scripted, user: SwarmHttpUser, method: str, how: str
) -> None:
    server.answer = answers_then_ends(how)
    user.client.get("/")
    assert user.client.request(method, "/").ok
    assert [each.connection for each in server.seen[-2:]] == [1, 2]


@pytest.mark.parametrize("how", [CLOSE, RESET])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_request_that_may_not_be_sent_twice_fails(
    server: Scripted, user: SwarmHttpUser, method: str, how: str
) -> None:
    server.answer = answers_then_ends(how)
    user.client.get("/")
    got = user.client.request(method, "/", data=b"once")
    assert got.status_code == 0
    assert not isinstance(got.error, StaleConnectionError)
    assert len(server.seen) == 2


def test_a_fresh_connection_that_ends_is_a_failure_and_not_tried_again(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([RESET])
    assert "Connection reset by peer" in repr(user.client.get("/").error)
    assert len(server.seen) == 1


def test_a_response_that_began_is_not_asked_for_again(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), [b"HTTP/1.1 200", CLOSE])
    user.client.get("/")
    assert "within the response's head" in str(user.client.get("/").error)
    assert len(server.seen) == 2


def test_nobody_listening_reads_as_in_locust(user: SwarmHttpUser) -> None:
    got = user.client.get("http://127.0.0.1:1/")
    assert repr(got.error) == "ConnectionRefusedError(111, 'Connection refused')"


def test_an_unknown_host_is_a_failure(user: SwarmHttpUser) -> None:
    assert type(user.client.get("http://nowhere.invalid/").error).__name__ == "gaierror"


def test_a_silent_server_is_a_failure_after_the_timeout(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([HANG])
    assert type(user.client.get("/", timeout=0.05).error).__name__ == "ReadTimeout"


def test_a_server_that_falls_silent_is_a_failure_after_the_timeout(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", HANG])
    assert type(user.client.get("/", timeout=(1, 0.05)).error).__name__ == "ReadTimeout"


def test_the_timeout_for_all_of_it_ends_a_response_that_drips(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *[b"x"] * 500])
    assert type(user.client.get("/", timeout=(1, 1, 0.1)).error).__name__ == "ReadTimeout"


def test_a_shorter_timeout_counts_on_a_kept_connection(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"ok"), [HANG])
    user.client.get("/")
    assert type(user.client.get("/", timeout=0.05).error).__name__ == "ReadTimeout"
    assert server.connections == 1


def test_a_body_that_is_discarded_is_counted(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b"x" * 1000))
    got = user.client.get("/", discard_body=True)
    assert (got.content, got.length) == (b"", 1000)
    user.client.discard_bodies = True
    assert user.client.get("/").content == b""
    assert user.environment.stats.total.total_content_length == 2000


def test_a_large_body_is_sent_while_the_server_reads_slowly(server: Scripted, user: SwarmHttpUser) -> None:
    body = b"x" * 3_000_000
    assert user.client.post("/", data=body).ok
    assert server.seen[0].body == body


def test_an_answer_before_the_whole_body_was_sent_counts(user: SwarmHttpUser) -> None:
    def refuse(socket: gevent.socket.socket, _: object) -> None:
        socket.recv(1000)
        socket.sendall(response(b"too large", "413 Payload Too Large", Connection="close"))
        gevent.sleep(0.2)
        socket.close()

    impatient = gevent.server.StreamServer(("127.0.0.1", 0), refuse)
    impatient.start()
    try:
        got = user.client.post(f"http://127.0.0.1:{impatient.server_port}/", data=b"x" * 30_000_000)
        assert (got.status_code, got.content) == (413, b"too large")
    finally:
        impatient.stop(timeout=0)


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


def test_params_are_added_to_the_query_and_not_to_the_name(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/search?a=1", params={"q": "x y", "tag": ["b", "c"], "none": None})
    assert server.seen[0].target == "/search?a=1&q=x+y&tag=b&tag=c"
    assert list(user.environment.stats.entries) == [("/search?a=1", "GET")]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b"])
def test_a_header_cannot_smuggle_lines(user: SwarmHttpUser, value: str) -> None:
    with pytest.raises(InvalidHeader) as error:
        user.client.get("/", headers={"X-Name": value})
    assert value not in str(error.value)


@pytest.mark.parametrize("host", ["ftp://example.com", "example.com", "http://", "http://host:99999"])
def test_a_host_that_cannot_be_requested_is_refused(host: str) -> None:
    with pytest.raises(InvalidURL, match="http"):
        new_user(host)


def test_the_clients_headers_are_sent_from_the_moment_they_are_set(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/")
    user.client.headers["X-Token"] = "one"
    user.client.get("/")
    user.client.headers.update({"x-token": "two"})
    user.client.get("/")
    user.client.headers = {"X-Other": "3"}  # type: ignore[assignment] # any mapping will do
    user.client.get("/", headers={"X-Other": None})
    assert [each.headers.get("x-token") for each in server.seen] == [None, "one", "two", None]
    assert "x-other" not in server.seen[3].headers


def test_users_with_different_headers_do_not_share_them(server: Scripted) -> None:
    environment = new_environment()
    one, two = (new_user(server.url, environment, default_headers={"X-User": name}) for name in ("1", "2"))
    for user in (one, two, one):
        user.client.get("/")
    assert [each.headers["x-user"] for each in server.seen] == ["1", "2", "1"]


def test_users_with_equal_settings_share_their_plans(server: Scripted) -> None:
    environment = new_environment()
    one, two = new_user(server.url, environment), new_user(server.url, environment)
    one.client.get("/")
    assert two.client.plans is one.client.plans


def test_urls_that_are_never_the_same_share_a_frame(server: Scripted) -> None:
    user = new_user(server.url, default_headers={"X-Framed": "here only"})
    for number in range(3):
        user.client.get(f"/item/{number}", name="/item/[id]", headers={"X-Same": "1"})
    assert [each.target for each in server.seen] == ["/item/0", "/item/1", "/item/2"]
    assert len(user.client.plans.frames) == 1
    assert list(user.environment.stats.entries) == [("/item/[id]", "GET")]


@pytest.mark.parametrize("base", ["", "/", "/api", "/api/", "/a b", "/?x="])
@pytest.mark.parametrize("path", ["/x", "/x?y=1", "/ä", "/a/../b", "/x#y", ""])
def test_a_path_is_put_behind_the_host_as_locust_does(server: Scripted, base: str, path: str) -> None:
    new_user(server.url + base, new_environment()).client.get(path)
    prepared = requests.Request("GET", server.url + base + path).prepare()
    assert server.seen[0].target == prepared.path_url


def test_plans_go_with_the_last_user_that_has_them(server: Scripted) -> None:
    from lib import http_settings

    user = new_user(server.url, default_headers={"X-User": "gone"})
    user.client.get("/")
    kept = len(http_settings._plans)
    user.client.close()
    del user
    gc.collect()
    assert len(http_settings._plans) < kept


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


def test_several_greenlets_of_one_user_have_a_connection_each(server: Scripted, user: SwarmHttpUser) -> None:
    server.answer = lambda request: [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n", b"\r\n", request.target[1:].encode()]
    greenlets = [gevent.spawn(user.client.get, f"/{number}") for number in range(5)]
    gevent.joinall(greenlets, raise_error=True)
    assert [greenlet.value.text for greenlet in greenlets] == list("01234")


def test_a_killed_user_closes_its_connection_and_counts_nothing(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([HANG], response(b"ok"))
    greenlet = gevent.spawn(user.client.get, "/")
    eventually(lambda: server.seen)
    greenlet.kill()
    assert user.environment.stats.total.num_requests == 0
    assert user.client.get("/").content == b"ok"


def test_an_old_connection_is_replaced(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.connection_lifetime = 0.05
    user.client.get("/")
    user.client.get("/")
    gevent.sleep(0.06)
    user.client.get("/")
    assert [each.connection for each in server.seen] == [1, 1, 2]


def test_connect_and_first_byte_times_are_told(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\n", b"Content-Length: 0\r\n\r\n"])
    first, second = user.client.get("/"), user.client.get("/")
    assert first.connect_ms is not None
    assert 0 < first.connect_ms < first.elapsed.total_seconds() * 1000
    assert second.connect_ms is None
    assert 0 < second.first_byte_ms < second.elapsed.total_seconds() * 1000


def test_a_stream_is_read_as_it_comes(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n",
            b"one\ntwo\r\n",
            b"end",
        ]
    )
    got = user.client.get("/", stream=True)
    assert list(got.iter_lines()) == [b"one", b"two", b"end"]
    assert user.client.get("/", stream=True).content == b"one\ntwo\r\nend"
    assert server.connections == 1
    assert user.environment.stats.total.total_content_length == 24


def test_a_stream_that_is_left_gives_no_connection_back(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", b"one\ntwo\r\n", HANG], response(b"ok"))
    got = user.client.get("/", stream=True)
    got.close()
    assert got.content is None
    assert user.client.get("/").content == b"ok"
    assert server.connections == 2


def test_lines_of_a_stream_can_be_asked_for_at_once(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", b"a\n", b"\xc3\xa4\nc"])
    assert list(user.client.iter_lines("/")) == ["a", "ä", "c"]


def test_rest_gives_the_json_and_fails_without(server: Scripted, user: SwarmHttpUser) -> None:
    server.answers(response(b'{"a": 1}', Content_Type="application/json"), response(b"no json"))
    with user.rest("GET", "/") as got:
        assert got.js == {"a": 1}
    with user.rest("GET", "/") as got:
        assert got.js is None
    assert user.environment.stats.total.num_failures == 1
    assert server.seen[0].headers["accept"] == "application/json"


def test_rest_without_a_response_is_a_failure(user: SwarmHttpUser) -> None:
    with user.rest("GET", "http://127.0.0.1:1/") as got:
        assert got.js is None
    assert user.environment.stats.total.num_failures == 1


def test_a_with_block_decides(server: Scripted, user: SwarmHttpUser) -> None:
    events = listen(user.environment)
    server.answers(response(b"", "404 Not Found"))
    with user.client.get("/", catch_response=True) as got:
        got.success()
    with user.client.get("/", catch_response=True) as got:
        got.failure("no such thing")
    with user.client.get("/", catch_response=True):
        pass
    assert [repr(event["exception"]) for event in events] == [
        "None",
        repr(CatchResponseError("no such thing")),
        "HTTPError('404 Client Error: Not Found for url: /')",
    ]


def test_an_exception_within_a_with_block_goes_on(server: Scripted, user: SwarmHttpUser) -> None:
    with pytest.raises(ZeroDivisionError), user.client.get("/", catch_response=True):
        raise ZeroDivisionError
    assert user.environment.stats.total.num_requests == 0


def test_a_verdict_without_a_with_block_is_refused(user: SwarmHttpUser) -> None:
    with pytest.raises(LocustError, match="catch_response"), user.client.get("/"):
        pass
    with pytest.raises(LocustError, match="with-block"):
        user.client.get("/").success()
    with pytest.raises(LocustError, match="with-block"):
        user.client.get("/", catch_response=True).failure("x")


def test_a_changed_name_in_a_with_block_counts(server: Scripted, user: SwarmHttpUser) -> None:
    with user.client.get("/item/1", catch_response=True) as got:
        got.request_meta["name"] = "/item/[id]"
    assert list(user.environment.stats.entries) == [("/item/[id]", "GET")]


def test_requests_can_be_named(server: Scripted, user: SwarmHttpUser) -> None:
    user.client.get("/1", name="one")
    with user.client.rename_request("group"):
        user.client.get("/2")
        user.client.get("/3", name="own")
    user.client.request_name = "rest"
    user.client.get("/4")
    assert list(user.environment.stats.entries) == [(name, "GET") for name in ("one", "group", "own", "rest")]


def test_a_listener_gets_all_of_the_event(server: Scripted, user: SwarmHttpUser) -> None:
    user.context = lambda: {"user": 1, "both": "user"}  # type: ignore[method-assign]
    events = listen(user.environment)
    user.client.get("/")
    user.client.get("/", context={"both": "request"})
    user.client.post("/", json=[1])
    got = events[0]
    assert {key: got[key] for key in ("request_type", "name", "exception", "response_length", "url")} == {
        "request_type": "GET",
        "name": "/",
        "exception": None,
        "response_length": 2,
        "url": f"{server.url}/",
    }
    assert got["response"].text == "ok"
    assert got["response_time"] > 0
    assert [event["context"]["both"] for event in events] == ["user", "request", "user"]
    assert json.loads(events[2]["response"].request.body) == [1]


def test_an_error_reaches_the_listener_with_its_response(server: Scripted, user: SwarmHttpUser) -> None:
    events = listen(user.environment)
    server.answers(response(b"sorry", "503 Busy"))
    user.client.get("/")
    assert str(events[0]["exception"]) == "503 Server Error: Busy for url: /"
    assert events[0]["response"].text == "sorry"
    with pytest.raises(Exception, match="503 Server Error"):
        events[0]["response"].raise_for_status()
