"""Real SwarmHttpUsers against real servers: one is the tested host, one is another host."""

import pytest
from locust.env import Environment

from swarmfile.clients.swarm import equip
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import origin_of
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.mirror_server import Mirror
from tests.unit.http.swarm_user import new_user

SECRET = (("Authorization", "Bearer canary"), ("X-Api-Key", "key"))


def equipped(base_url: str, credentials: Credentials) -> SwarmHttpUser:
    user = new_user(base_url)
    equip(user, credentials, origin_of(user.client.base_url))
    return user


@pytest.fixture
def user(target: Mirror, other: Mirror) -> SwarmHttpUser:
    target.seen.clear()
    other.seen.clear()
    return equipped(target.url, Credentials(headers=SECRET))


def test_requests_to_the_tested_host_carry_the_credentials(user: SwarmHttpUser, target: Mirror) -> None:
    user.client.get("/")
    user.client.get(target.url + "/absolute")
    assert [(each["authorization"], each["x-api-key"]) for each in target.seen] == [("Bearer canary", "key")] * 2


def test_neither_a_script_nor_a_report_sees_them(user: SwarmHttpUser) -> None:
    sent = user.client.get("/").request
    assert "canary" not in repr(sent)
    assert "x-api-key" not in sent.headers


def test_requests_to_another_host_carry_none(user: SwarmHttpUser, other: Mirror) -> None:
    user.client.get(other.url + "/")
    assert not {"authorization", "x-api-key"} & set(other.seen[0])


def test_a_redirect_to_another_host_carries_none(user: SwarmHttpUser, target: Mirror, other: Mirror) -> None:
    user.client.get(f"/?to={other.url}/there")
    assert target.seen[0]["authorization"] == "Bearer canary"
    assert other.seen[0]["path"] == "/there"
    assert not {"authorization", "x-api-key"} & set(other.seen[0])


def test_a_redirect_within_the_tested_host_carries_them(user: SwarmHttpUser, target: Mirror) -> None:
    user.client.get("/?to=/there")
    assert [each["x-api-key"] for each in target.seen] == ["key", "key"]


@pytest.mark.parametrize(
    ("options", "header"),
    [({"auth": ("me", "mine")}, "Basic bWU6bWluZQ=="), ({"headers": {"authorization": "own"}}, "own")],
)
def test_what_a_request_sets_itself_wins(
    user: SwarmHttpUser, target: Mirror, options: dict[str, object], header: str
) -> None:
    user.client.request("GET", "/", **options)  # type: ignore[arg-type]
    assert target.seen[0]["authorization"] == header


def test_a_login_in_the_host_wins(target: Mirror) -> None:
    target.seen.clear()
    equipped(target.url.replace("//", "//me:mine@"), Credentials(headers=SECRET)).client.get("/")
    assert target.seen[0]["authorization"] == "Basic bWU6bWluZQ=="


def test_the_tested_host_and_the_client_prove_who_they_are(tls_target: Mirror, proof: tuple[Credentials, int]) -> None:
    credentials, status = proof
    assert equipped(tls_target.url, credentials).client.get("/").status_code == status


def test_a_host_of_an_unknown_authority_is_not_trusted(tls_target: Mirror, tls_files: dict[str, str]) -> None:
    credentials = Credentials(certificate=(tls_files["tls.crt"], tls_files["tls.key"]))
    assert "not trusted" in str(equipped(tls_target.url, credentials).client.get("/").error)


def test_the_environments_proxy_is_taken(target: Mirror, other: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", other.url)
    monkeypatch.setenv("http_proxy", other.url)
    monkeypatch.setenv("NO_PROXY", "elsewhere.example")
    monkeypatch.setenv("no_proxy", "elsewhere.example")
    other.seen.clear()
    # Users with equal settings share what they know of the environment: this one has its own.
    equipped(target.url, Credentials(headers=(("X-Api-Key", "proxied"),))).client.get("/page")
    assert other.seen[0]["path"] == target.url + "/page"


def test_the_class_own_proxy_wins(other: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(SwarmHttpUser):
        host = "http://through.example"
        proxy_host = "localhost"
        proxy_port = int(other.url.rsplit(":", 1)[1])

    monkeypatch.setenv("http_proxy", "http://localhost:1")
    other.seen.clear()
    user = Own(Environment())
    equip(user, Credentials(), None)
    user.client.get("/path")
    assert other.seen[0]["path"] == "http://through.example/path"


def test_trust_that_a_script_changes_later_stays_changed(tls_target: Mirror) -> None:
    user = equipped(tls_target.url, Credentials(headers=SECRET))
    user.client.verify = False
    assert "not trusted" not in str(user.client.get("/").error)
