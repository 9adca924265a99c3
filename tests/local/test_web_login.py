"""The web UI of a real process that was given a login, as a browser, a probe and an autoscaler see it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, OpenerDirector, Request, build_opener

import pytest

from tests.local.swarm import swarm
from tests.waiting import wait_until


class NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str


@dataclass(frozen=True)
class Browser:
    """Keeps cookies and follows no redirect by itself."""

    url: str
    opener: OpenerDirector

    def get(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        data = urlencode(form).encode() if form is not None else None
        try:
            with self.opener.open(Request(self.url + path, data, headers), timeout=30) as response:
                return Answer(response.status, response.read().decode(), "")
        except HTTPError as error:
            return Answer(error.code, error.read().decode(), error.headers["Location"] or "")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    secrets = {"web-username": "ann", "web-password": "canary-1234"}
    with swarm(tmp_path_factory.mktemp("web"), "http://127.0.0.1:1", secrets=secrets) as one:
        process = one.start_alone()
        one.await_log("Starting web interface")
        yield one.url
        process.terminate()
        one.await_end()
        assert "canary-1234" not in one.log()


@pytest.fixture
def browser(web: str) -> Browser:
    browser = Browser(web, build_opener(HTTPCookieProcessor(CookieJar()), NoRedirect))
    wait_until(lambda: answers(browser), lambda: "the login page")
    return browser


def answers(browser: Browser) -> bool:
    try:
        return browser.get("/login").status == 200
    except OSError:
        return False


def test_a_stranger_is_led_to_the_login_and_can_start_nothing(browser: Browser) -> None:
    assert browser.get("/").location.startswith("/login")
    assert browser.get("/swarm", {"user_count": "1", "spawn_rate": "1"}).location.startswith("/login")
    assert "swarmfile/login" in browser.get("/login").text
    assert json.loads(browser.get("/swarmfile/state").text)["state"] == "ready"


def test_the_right_password_opens_the_web_ui(browser: Browser) -> None:
    assert browser.get("/swarmfile/login", {"username": "ann", "password": "canary-1234"}).location == "/"
    assert browser.get("/").status == 200
    assert "stats" in json.loads(browser.get("/stats/requests").text)


def test_a_page_of_another_site_changes_nothing_though_the_browser_knows_the_password(browser: Browser) -> None:
    token = base64.b64encode(b"ann:canary-1234").decode()
    form = {"user_count": "1", "spawn_rate": "1", "host": "https://evil.example"}
    headers = {"Authorization": f"Basic {token}", "Origin": "https://evil.example"}
    assert browser.get("/swarm", form, **headers).status == 403
    state = json.loads(browser.get("/swarmfile/state").text)
    assert (state["state"], state["users"]) == ("ready", 0)


def test_the_exporter_on_this_machine_needs_no_login(browser: Browser) -> None:
    assert json.loads(browser.get("/swarmfile/metrics").text)["state"]["users"] == 0


def test_a_program_logs_in_with_each_request(browser: Browser) -> None:
    token = base64.b64encode(b"ann:canary-1234").decode()
    assert browser.get("/stats/requests/csv", Authorization=f"Basic {token}").text.startswith("Type,Name")


# No login after this one: whoever comes from the same address waits after it.
def test_a_wrong_password_does_not(browser: Browser) -> None:
    assert browser.get("/swarmfile/login", {"username": "ann", "password": "wrong"}).location == "/login"
    assert "User name or password is wrong" in browser.get("/login").text
    assert browser.get("/").status == 302


def test_the_sidecar_and_an_autoscaler_need_no_login(browser: Browser) -> None:
    assert json.loads(browser.get("/swarmfile/state").text)["users"] == 0
    assert json.loads(browser.get("/stats/requests").text) == {"state": "ready", "user_count": 0}
