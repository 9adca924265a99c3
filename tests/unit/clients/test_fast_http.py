"""Real FastHttpUsers against real servers: one is the tested host, one is another host."""

import gevent.ssl
import pytest
from geventhttpclient.client import HTTPClientPool
from geventhttpclient.response import HTTPResponse
from geventhttpclient.url import URL
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment

from swarmfile.clients.fast_http import bounded, equip
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import origin_of
from tests.unit.http.mirror_server import Mirror
from tests.unit.http.scripted_server import HANG, Scripted, response
from tests.unit.http.swarm_user import new_environment

SECRET = (("Authorization", "Bearer canary"), ("X-Api-Key", "key"))


class Plain(FastHttpUser):
    """What a script writes."""


def new_user(base_url: str, credentials: Credentials, user_class: type[FastHttpUser] = Plain) -> FastHttpUser:
    user: FastHttpUser = type("Tested", (user_class,), {"host": base_url})(Environment())
    equip(user, credentials, origin_of(str(user.client.base_url)))
    return user


@pytest.fixture
def user(target: Mirror, other: Mirror) -> FastHttpUser:
    target.seen.clear()
    other.seen.clear()
    return new_user(target.url, Credentials(headers=SECRET))


def test_requests_to_the_tested_host_carry_the_credentials(user: FastHttpUser, target: Mirror) -> None:
    user.client.get("/")
    user.client.get(target.url + "/absolute")
    assert [(each["authorization"], each["x-api-key"]) for each in target.seen] == [("Bearer canary", "key")] * 2


def test_requests_to_another_host_carry_none(user: FastHttpUser, other: Mirror) -> None:
    user.client.get(other.url + "/")
    assert "authorization" not in other.seen[0]
    assert "x-api-key" not in other.seen[0]


def test_a_redirect_to_another_host_carries_none(user: FastHttpUser, target: Mirror, other: Mirror) -> None:
    user.client.get(f"/?to={other.url}/there")
    assert target.seen[0]["authorization"] == "Bearer canary"
    assert other.seen[0]["path"] == "/there"
    assert "authorization" not in other.seen[0]
    assert "x-api-key" not in other.seen[0]


def test_a_redirect_within_the_tested_host_carries_them(user: FastHttpUser, target: Mirror) -> None:
    user.client.get("/?to=/there")
    assert [each["x-api-key"] for each in target.seen] == ["key", "key"]


def test_auth_of_a_request_wins(user: FastHttpUser, target: Mirror) -> None:
    user.client.get("/", auth=("ann", "own"))
    assert target.seen[0]["authorization"] == "Basic YW5uOm93bg=="


def test_without_credentials_and_proxies_requests_go_locusts_own_way(
    target: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    user = new_user(target.url, Credentials())
    assert type(user.client.client.clientpool) is HTTPClientPool


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_header_of_the_request_wins(user: FastHttpUser, target: Mirror, name: str) -> None:
    user.client.get("/", headers={name: "own"})
    assert (target.seen[0]["authorization"], target.seen[0]["x-api-key"]) == ("own", "key")


def test_the_class_own_default_headers_win(user: FastHttpUser, target: Mirror) -> None:
    class Own(FastHttpUser):
        default_headers = {"authorization": "own"}  # noqa: RUF012 - as scripts write it

    new_user(target.url, Credentials(headers=SECRET), Own).client.get("/")
    assert target.seen[-1]["authorization"] == "own"


def test_user_and_password_in_the_host_win(target: Mirror) -> None:
    new_user(target.url.replace("//", "//ann:own@"), Credentials(headers=SECRET)).client.get("/")
    assert target.seen[-1]["authorization"] == "Basic YW5uOm93bg=="


def test_a_pool_of_the_class_is_used_and_carries_the_credentials(target: Mirror) -> None:
    shared = HTTPClientPool(concurrency=1)

    class Own(FastHttpUser):
        client_pool = shared

    new_user(target.url, Credentials(headers=SECRET), Own).client.get("/")
    assert target.seen[-1]["authorization"] == "Bearer canary"
    assert list(shared.clients) == [("localhost", int(target.url.rsplit(":", 1)[1]))]


def test_a_script_and_its_reports_do_not_see_the_credentials(user: FastHttpUser) -> None:
    response = user.client.get("/")
    assert response.request is not None
    assert "canary" not in str(response.request.headers)
    assert "Authorization: [redacted]" in str(response._sent_request)


def test_each_request_goes_through_the_same_client(user: FastHttpUser, target: Mirror) -> None:
    pool = user.client.client.clientpool
    assert pool.get_client(URL(target.url + "/a")) is pool.get_client(URL(target.url + "/b"))


def test_the_proxy_of_the_environment_is_used(target: Mirror, other: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", other.url.replace("//", "//ann:pr%6Fxy@"))
    monkeypatch.setenv("no_proxy", "direct.example")
    other.seen.clear()
    new_user("http://through.example", Credentials()).client.get("/path")
    assert other.seen[0]["path"] == "http://through.example:80/path"
    assert other.seen[0]["proxy-authorization"] == "Basic YW5uOnByb3h5"


def test_the_class_own_proxy_wins(target: Mirror, other: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://localhost:1")

    class Own(FastHttpUser):
        proxy_host = "localhost"
        proxy_port = int(other.url.rsplit(":", 1)[1])

    other.seen.clear()
    new_user("http://through.example", Credentials(), Own).client.get("/path")
    assert other.seen[0]["path"] == "http://through.example:80/path"


def test_the_tested_host_and_the_client_prove_who_they_are(tls_target: Mirror, proof: tuple[Credentials, int]) -> None:
    credentials, status = proof
    assert new_user(tls_target.url, credentials).client.get("/").status_code == status


def test_the_class_own_insecure_wins(tls_target: Mirror, tls_files: dict[str, str]) -> None:
    class Own(FastHttpUser):
        insecure = True

    credentials = Credentials((), (tls_files["tls.crt"], tls_files["tls.key"]))
    assert new_user(tls_target.url, credentials, Own).client.get("/").status_code == 200


def test_the_class_own_tls_wins(tls_target: Mirror, tls_files: dict[str, str]) -> None:
    def own_context() -> gevent.ssl.SSLContext:
        context = gevent.ssl.create_default_context(cafile=tls_files["ca.crt"])
        context.load_cert_chain(tls_files["tls.crt"], tls_files["tls.key"])
        return context

    class Own(FastHttpUser):
        insecure = False
        ssl_context_factory = staticmethod(own_context)

    assert new_user(tls_target.url, Credentials(headers=SECRET), Own).client.get("/").status_code == 200


def test_another_host_is_not_shown_the_certificate(
    tls_target: Mirror, target: Mirror, tls_files: dict[str, str]
) -> None:
    credentials = Credentials((), (tls_files["tls.crt"], tls_files["tls.key"]), tls_files["ca.crt"])
    assert new_user(target.url, credentials).client.get(tls_target.url + "/").status_code == 0


START = b"HTTP/1.1 200 OK\r\n"
FIELDS = b"X-Filler: " + b"x" * 1000 + b"\r\n"
KIB_64 = 64
ENDLESS = {
    "many fields": [START, *[FIELDS * KIB_64] * 20, HANG],
    "one field": [START, b"X-Filler: ", *[b"x" * (64 << 10)] * 20, HANG],
    "interim responses": [*[b"HTTP/1.1 100 Continue\r\n\r\n" * 3000] * 20, HANG],
}


@pytest.fixture
def bounded_user(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> FastHttpUser:
    monkeypatch.setattr(HTTPResponse, "feed", bounded(HTTPResponse.feed))
    visitor: type[FastHttpUser] = type("Visitor", (FastHttpUser,), {"host": server.url})
    return visitor(new_environment())


@pytest.mark.parametrize("answer", ENDLESS.values(), ids=ENDLESS)
def test_a_head_without_end_is_a_failure(
    server: Scripted, bounded_user: FastHttpUser, answer: list[bytes | str]
) -> None:
    server.answers(answer)
    got = bounded_user.client.get("/")
    assert got.status_code == 0
    (failure,) = bounded_user.environment.stats.errors.values()
    assert (failure.name, failure.occurrences) == ("/", 1)
    assert "the response's head is longer than 1 MiB" in str(failure.error)


def test_a_body_is_no_head(server: Scripted, bounded_user: FastHttpUser) -> None:
    server.answers(response(bytes(4 << 20), X_Long="x" * (64 << 10)))
    assert len(bounded_user.client.get("/").content or b"") == 4 << 20
    assert bounded_user.environment.stats.total.num_failures == 0
