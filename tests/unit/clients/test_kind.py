"""What the kinds of users do alike, with each client and a real server: traceparents, requests that end with a user."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gevent
import gevent.pool
import pytest
from geventhttpclient.response import HTTPResponse
from locust import FastHttpUser, HttpUser, User
from locust.clients import HttpSession
from locust.clients import ResponseContextManager as HttpBlock
from locust.contrib.fasthttp import FastHttpSession
from locust.contrib.fasthttp import ResponseContextManager as FastBlock
from locust.env import Environment
from locust.event import EventHook

from swarmfile.clients.http import name_of
from swarmfile.clients.kind import awaited, traced, watched
from swarmfile.clients.users import watch_requests
from swarmfile.http.client import SwarmHttpSession
from swarmfile.http.user import SwarmHttpUser
from swarmfile.run.interrupted import OF_PROCESS, Unanswered
from tests.unit.http.mirror_server import Mirror
from tests.unit.http.scripted_server import HANG, Scripted
from tests.unit.http.swarm_user import eventually, listen, new_environment

CLIENTS = [HttpUser, FastHttpUser, SwarmHttpUser]


@pytest.fixture(autouse=True)
def counts() -> Unanswered:
    """A run's counts, from zero."""
    OF_PROCESS.begin(Environment())
    return OF_PROCESS.counts


def within(request: Callable[..., object], error: BaseException) -> list[dict[str, Any]]:
    """What Locust's request event carried after `error` ended a greenlet within its request."""
    fired: list[dict[str, Any]] = []
    event = EventHook()
    event.add_listener(lambda **meta: fired.append(meta))
    session = SimpleNamespace(request_event=event, request_name=None)
    user = gevent.spawn(watched(request, lambda _, url: url), session, "GET", "/slow")
    gevent.idle()
    assert OF_PROCESS.counts.in_flight == 1
    user.kill(error)
    return fired


def test_a_request_whose_user_is_stopped_is_counted(counts: Unanswered) -> None:
    assert within(lambda *_, **__: gevent.sleep(60), gevent.GreenletExit()) == []
    assert counts == Unanswered(cut_off=1)


def test_a_request_that_the_scripts_own_timeout_ends_is_a_failure(counts: Unanswered) -> None:
    (meta,) = within(lambda *_, **__: gevent.sleep(60), gevent.Timeout(2))
    assert (meta["request_type"], meta["name"]) == ("GET", "/slow")
    assert counts == Unanswered()


def test_an_answer_is_passed_on(counts: Unanswered) -> None:
    client = SimpleNamespace(request_event=EventHook())
    assert watched(lambda *given, **_: given[1:], name_of)(client, "GET", "/", "name", 1) == ("GET", "/", "name", 1)
    assert counts == Unanswered()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts back what the plugin changes for good."""
    for session in (HttpSession, FastHttpSession, SwarmHttpSession):
        monkeypatch.setattr(session, "request", session.request)
    monkeypatch.setattr(SwarmHttpSession, "get", SwarmHttpSession.get)
    for block in (HttpBlock, FastBlock):
        monkeypatch.setattr(block, "__exit__", block.__exit__)
    monkeypatch.setattr(HTTPResponse, "feed", HTTPResponse.feed)


@pytest.fixture
def watching(clients: None) -> None:
    """What the plugin does to the clients."""
    watch_requests(traceparent=False)


def user_of(client: type[User], server: Scripted) -> Any:  # noqa: ANN401 - each kind has a client of its own
    return type("Visitor", (client,), {"host": server.url})(new_environment())


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("answer", [[HANG], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"x", HANG]])
def test_each_client_counts_what_is_in_flight_at_a_stop(
    server: Scripted, counts: Unanswered, client: type[User], answer: list[bytes | str]
) -> None:
    server.answers(answer)
    user = user_of(client, server)
    events = listen(user.environment)
    greenlet = gevent.spawn(user.client.get, "/")
    eventually(lambda: server.seen)
    greenlet.kill()
    assert (counts, events) == (Unanswered(cut_off=1), [])


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("client", CLIENTS)
def test_each_client_counts_an_answer_that_a_stopped_user_had_still_to_judge(
    server: Scripted, counts: Unanswered, client: type[User]
) -> None:
    user = user_of(client, server)
    entered: list[object] = []

    def judge() -> None:
        with user.client.get("/", catch_response=True) as answer:
            entered.append(answer)
            gevent.sleep(60)

    greenlet = gevent.spawn(judge)
    eventually(lambda: entered)
    greenlet.kill()
    assert counts == Unanswered(cut_off=1)
    assert user.environment.stats.total.num_requests == 0


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize("client", [HttpUser, SwarmHttpUser])
def test_the_scripts_own_timeout_is_counted(server: Scripted, counts: Unanswered, client: type[User]) -> None:
    server.answers([HANG])
    user = user_of(client, server)
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.05):
        user.client.get("/")
    assert user.environment.stats.get("/", "GET").num_failures == 1
    assert counts == Unanswered()


@pytest.mark.parametrize("url", ["/a?b=c", "{host}/a"])
def test_one_that_hangs_has_the_name_that_locust_gives_its_answers(server: Scripted, url: str) -> None:
    user = user_of(HttpUser, server)
    url = url.format(host=server.url)
    user.client.get(url)
    ((name, _),) = user.environment.stats.entries
    assert name_of(user.client, url) == name


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize(("client", "left"), [(HttpUser, 1), (FastHttpUser, 1), (SwarmHttpUser, 0)])
def test_requests_of_greenlets_that_a_stopped_user_leaves_behind_are_known(
    server: Scripted, counts: Unanswered, client: type[User], left: int
) -> None:
    server.answers([HANG])
    user = user_of(client, server)
    children: list[gevent.Greenlet] = []

    def run() -> None:
        children.append(gevent.spawn(user.client.get, "/"))
        gevent.sleep(60)

    user.run = run
    group = gevent.pool.Group()
    greenlet = user.start(group)
    eventually(lambda: server.seen)
    greenlet.kill()
    eventually(lambda: counts == Unanswered(cut_off=1 - left, in_flight=left))
    gevent.killall(children)
    assert counts == Unanswered(cut_off=1)


def test_a_request_of_another_protocol_is_counted_alike(counts: Unanswered) -> None:
    user = User(new_environment())
    fired = listen(user.environment)

    def query() -> None:
        with awaited(user.environment.events.request, "SQL", "select 1"):
            gevent.sleep(60)

    greenlet = gevent.spawn(query)
    gevent.idle()
    greenlet.kill()
    assert (counts, fired) == (Unanswered(cut_off=1), [])
    greenlet = gevent.spawn(query)
    gevent.idle()
    greenlet.kill(gevent.Timeout(2))
    assert [(each["request_type"], each["name"]) for each in fired] == [("SQL", "select 1")]


TRACEPARENT = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
GIVEN = {"TraceParent": "mine"}


def sent(user_class: type[User], target: Mirror, **options: Any) -> list[str]:  # noqa: ANN401
    """Returns the traceparent of each of two requests."""
    user: Any = type("Visitor", (user_class,), {"host": target.url})(new_environment())
    for _ in range(2):
        user.client.get("/", **options)
    return [headers.get("traceparent", "") for headers in target.seen[-2:]]


@pytest.mark.usefixtures("clients")
@pytest.mark.parametrize("user_class", CLIENTS)
def test_each_request_has_a_traceparent_of_its_own_where_it_is_asked_for(
    target: Mirror, user_class: type[User]
) -> None:
    assert sent(user_class, target) == ["", ""]
    watch_requests(traceparent=False)
    assert sent(user_class, target) == ["", ""]
    watch_requests(traceparent=True)
    first, second = sent(user_class, target)
    assert TRACEPARENT.fullmatch(first)
    assert TRACEPARENT.fullmatch(second)
    assert first != second
    assert sent(user_class, target, headers=GIVEN) == ["mine", "mine"]


def test_the_headers_that_a_script_gave_stay_as_they_are() -> None:
    own = {"X-Mine": "1"}
    assert traced(lambda _, headers: headers)(None, headers=own).keys() == {"X-Mine", "traceparent"}
    assert own == {"X-Mine": "1"}
