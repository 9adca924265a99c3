"""A head without end, as FastHttpUser meets it."""

import pytest
from geventhttpclient.response import HTTPResponse
from locust import FastHttpUser

from swarmfile.clients.fast_http_head import bounded
from tests.unit.http.scripted_server import HANG, Scripted, response
from tests.unit.http.swarm_user import new_environment

START = b"HTTP/1.1 200 OK\r\n"
FIELDS = b"X-Filler: " + b"x" * 1000 + b"\r\n"
KIB_64 = 64
ENDLESS = {
    "many fields": [START, *[FIELDS * KIB_64] * 20, HANG],
    "one field": [START, b"X-Filler: ", *[b"x" * (64 << 10)] * 20, HANG],
    "interim responses": [*[b"HTTP/1.1 100 Continue\r\n\r\n" * 3000] * 20, HANG],
}


@pytest.fixture
def user(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> FastHttpUser:
    monkeypatch.setattr(HTTPResponse, "feed", bounded(HTTPResponse.feed))
    visitor: type[FastHttpUser] = type("Visitor", (FastHttpUser,), {"host": server.url})
    return visitor(new_environment())


@pytest.mark.parametrize("answer", ENDLESS.values(), ids=ENDLESS)
def test_a_head_without_end_is_a_failure(server: Scripted, user: FastHttpUser, answer: list[bytes | str]) -> None:
    server.answers(answer)
    got = user.client.get("/")
    assert got.status_code == 0
    (failure,) = user.environment.stats.errors.values()
    assert (failure.name, failure.occurrences) == ("/", 1)
    assert "the response's head is longer than 1 MiB" in str(failure.error)


def test_a_body_is_no_head(server: Scripted, user: FastHttpUser) -> None:
    server.answers(response(bytes(4 << 20), X_Long="x" * (64 << 10)))
    assert len(user.client.get("/").content or b"") == 4 << 20
    assert user.environment.stats.total.num_failures == 0
