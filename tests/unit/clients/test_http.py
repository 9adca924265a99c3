"""Real sessions against real servers: one is the tested host, one is another host."""

from pathlib import Path

import pytest
import requests
from locust.clients import HttpSession
from locust.event import EventHook
from requests.auth import AuthBase, HTTPBasicAuth

from swarmfile.clients.http import equip_session
from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import origin_of
from tests.unit.http.mirror_server import Mirror

SECRET = (("Authorization", "Bearer canary"), ("X-Api-Key", "key"))


def new_session(base_url: str, credentials: Credentials) -> HttpSession:
    session = HttpSession(base_url, EventHook(), None)
    origin = origin_of(base_url)
    assert origin
    equip_session(session, credentials, origin)
    return session


@pytest.fixture
def session(target: Mirror, other: Mirror) -> HttpSession:
    target.seen.clear()
    other.seen.clear()
    return new_session(target.url, Credentials(headers=SECRET))


def test_requests_to_the_tested_host_carry_the_credentials(session: HttpSession, target: Mirror) -> None:
    session.get("/")
    session.get(target.url + "/absolute")
    assert [(each["authorization"], each["x-api-key"]) for each in target.seen] == [("Bearer canary", "key")] * 2


def test_requests_to_another_host_carry_none(session: HttpSession, other: Mirror) -> None:
    session.get(other.url)
    assert "authorization" not in other.seen[0]
    assert "x-api-key" not in other.seen[0]


def test_a_redirect_to_another_host_carries_none(session: HttpSession, target: Mirror, other: Mirror) -> None:
    session.get(f"/?to={other.url}/there")
    assert target.seen[0]["authorization"] == "Bearer canary"
    assert other.seen[0]["path"] == "/there"
    assert "authorization" not in other.seen[0]
    assert "x-api-key" not in other.seen[0]


def test_a_redirect_within_the_tested_host_carries_them(session: HttpSession, target: Mirror) -> None:
    session.get("/?to=/there")
    assert [each["x-api-key"] for each in target.seen] == ["key", "key"]


def test_a_redirect_back_from_another_host_carries_them_again(
    session: HttpSession, target: Mirror, other: Mirror
) -> None:
    session.get(f"/?to={other.url}/?to={target.url}/back")
    assert "x-api-key" not in other.seen[0]
    assert target.seen[-1]["path"] == "/back"
    assert target.seen[-1]["x-api-key"] == "key"


class OwnScheme(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["X-Signature"] = "own"
        return request


@pytest.mark.parametrize("own", [("ann", "own"), HTTPBasicAuth("ann", "own")])
def test_auth_of_a_request_wins(session: HttpSession, target: Mirror, own: tuple[str, str]) -> None:
    session.get("/", auth=own)
    assert target.seen[0]["authorization"] == "Basic YW5uOm93bg=="
    assert "x-api-key" not in target.seen[0]


def test_auth_that_uses_another_header_wins(session: HttpSession, target: Mirror) -> None:
    session.get("/", auth=OwnScheme())
    assert target.seen[0]["x-signature"] == "own"
    assert "authorization" not in target.seen[0]


def test_auth_that_the_script_sets_on_the_session_wins(session: HttpSession, target: Mirror) -> None:
    session.auth = ("ann", "own")
    session.get("/")
    assert target.seen[0]["authorization"] == "Basic YW5uOm93bg=="


def test_user_and_password_in_the_host_win(target: Mirror) -> None:
    session = HttpSession(target.url.replace("//", "//ann:own@"), EventHook(), None)
    equip_session(session, Credentials(headers=SECRET), origin_of(str(session.base_url)) or ("", "", 0))
    session.get("/")
    assert target.seen[-1]["authorization"] == "Basic YW5uOm93bg=="


def test_user_and_password_in_a_url_win(session: HttpSession, target: Mirror) -> None:
    session.get(target.url.replace("//", "//ann:own@"))
    assert target.seen[0]["authorization"] == "Basic YW5uOm93bg=="


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
def test_a_header_of_the_request_wins(session: HttpSession, target: Mirror, name: str) -> None:
    session.get("/", headers={name: "own"})
    assert (target.seen[0]["authorization"], target.seen[0]["x-api-key"]) == ("own", "key")


def test_a_header_of_the_session_wins(session: HttpSession, target: Mirror) -> None:
    session.headers["Authorization"] = "own"
    session.get("/")
    assert target.seen[0]["authorization"] == "own"


def test_netrc_stays_what_it_is_for_other_hosts_only(
    session: HttpSession, target: Mirror, other: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login ann password own\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    session.get("/")
    session.get(other.url)
    assert target.seen[0]["authorization"] == "Bearer canary"
    assert other.seen[0]["authorization"] == "Basic YW5uOm93bg=="


def test_a_script_and_its_reports_do_not_see_the_credentials(session: HttpSession) -> None:
    response = session.get("/?to=/there")
    assert all("canary" not in str(each.request.headers) for each in [response, *response.history])


def test_a_failed_request_does_not_hold_the_credentials() -> None:
    session = new_session("http://127.0.0.1:1", Credentials(headers=SECRET))
    response = session.get("/")
    assert response.error
    assert "canary" not in str(response.request.headers)


def test_adapters_of_the_script_are_used(session: HttpSession, target: Mirror) -> None:
    class Own(requests.adapters.HTTPAdapter):
        used = 0

        def send(self, *args: object, **options: object) -> requests.Response:
            type(self).used += 1
            return super().send(*args, **options)  # type: ignore[arg-type]

    session.mount("http://", Own())
    session.get("/")
    assert Own.used == 1
    assert target.seen[0]["authorization"] == "Bearer canary"


def test_the_tested_host_and_the_client_prove_who_they_are(tls_target: Mirror, proof: tuple[Credentials, int]) -> None:
    credentials, status = proof
    assert new_session(tls_target.url, credentials).get("/").status_code == status


def test_verify_of_a_request_wins(tls_target: Mirror, tls_files: dict[str, str]) -> None:
    credentials = Credentials((), (tls_files["tls.crt"], tls_files["tls.key"]))
    assert new_session(tls_target.url, credentials).get("/", verify=False).status_code == 200


def test_another_host_is_not_shown_the_certificate(
    tls_target: Mirror, target: Mirror, tls_files: dict[str, str]
) -> None:
    credentials = Credentials((), (tls_files["tls.crt"], tls_files["tls.key"]), tls_files["ca.crt"])
    session = new_session(target.url, credentials)
    assert session.get(tls_target.url, verify=tls_files["ca.crt"]).status_code == 0
