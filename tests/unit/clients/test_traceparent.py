import re
from collections.abc import Iterator
from typing import Any

import pytest
from locust import HttpUser, User
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession, FastHttpUser

from swarmfile.clients import traceparent as evidence_trace
from swarmfile.clients.traceparent import traced
from swarmfile.definition.settings import parse
from swarmfile.http.client import SwarmHttpSession
from swarmfile.http.user import SwarmHttpUser
from swarmfile.run.context import Context
from tests.unit.http.mirror_server import Mirror
from tests.unit.http.swarm_user import new_environment

TRACEPARENT = re.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-01")
GIVEN = {"TraceParent": "mine"}


@pytest.fixture
def clients() -> Iterator[None]:
    """Puts back what was replaced."""
    sessions = (HttpSession, FastHttpSession, SwarmHttpSession)
    before = [(session, dict(vars(session))) for session in sessions]
    yield
    for session, attributes in before:
        for name in ("request", "get"):
            if name in attributes:
                setattr(session, name, attributes[name])


def sent(user_class: type[User], target: Mirror, **options: Any) -> list[str]:  # noqa: ANN401
    """Returns the traceparent of each of two requests."""
    user: Any = type("Visitor", (user_class,), {"host": target.url})(new_environment())
    for _ in range(2):
        user.client.get("/", **options)
    return [headers.get("traceparent", "") for headers in target.seen[-2:]]


@pytest.mark.parametrize("user_class", [HttpUser, FastHttpUser, SwarmHttpUser])
def test_each_request_has_one_of_its_own_where_it_is_asked_for(
    clients: None, target: Mirror, user_class: type[User]
) -> None:
    assert sent(user_class, target) == ["", ""]
    evidence_trace.install(Context(parse({"traceparent": False})))
    assert sent(user_class, target) == ["", ""]
    evidence_trace.install(Context(parse({"traceparent": True})))
    first, second = sent(user_class, target)
    assert TRACEPARENT.fullmatch(first)
    assert TRACEPARENT.fullmatch(second)
    assert first != second
    assert sent(user_class, target, headers=GIVEN) == ["mine", "mine"]


def test_the_headers_that_a_script_gave_stay_as_they_are() -> None:
    own = {"X-Mine": "1"}
    assert traced(own).keys() == {"X-Mine", "traceparent"}
    assert own == {"X-Mine": "1"}
