"""What other sites' pages may not do, asked of Locust's own web UI without a socket."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from locust.env import Environment
from locust.web import WebUI

from swarmfile.credentials.web_origin import REFUSED, refusal

HERE = "http://locust.example:8089"
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://locust.example:9999"},
    {"Origin": "http://["},
    {"Referer": "https://evil.example/page"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
]
OWN = [
    {},
    {"Origin": HERE},
    {"Origin": HERE.upper().replace("HTTP", "http")},
    {"Referer": f"{HERE}/"},
    {"Sec-Fetch-Site": "same-origin"},
    # An ingress that hands another Host on: the browser knows better.
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://outside.example"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr("sys.argv", ["locust"])  # which the web UI reads
    environment = Environment()
    runner = environment.create_local_runner()
    app = WebUI(environment, "127.0.0.1", 0, delayed_start=True).app
    assert app
    app.before_request(refusal)
    app.add_url_rule("/mine", "mine", lambda: "mine", methods=["POST"])
    yield app
    runner.quit()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_no_route_that_changes_something_listens_to_another_sites_page(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    routes = [each.rule for each in app.url_map.iter_rules() if "POST" in (each.methods or ()) and each.rule != "/mine"]
    answers = {route: client.post(route, base_url=HERE, headers=headers) for route in routes}
    assert {"/swarm", "/stop", "/stats/reset", "/user"} <= answers.keys()
    assert {(answer.status_code, answer.text) for answer in answers.values()} == {(403, REFUSED)}


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_the_web_ui_itself_and_programs_are_heard(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/stop", base_url=HERE, headers=headers).status_code == 200


def test_tls_that_ends_before_us_is_the_same_place(client: FlaskClient) -> None:
    headers = {"Origin": "https://locust.example", "Host": "locust.example:443"}
    assert client.post("/stop", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_reading_and_a_scripts_own_routes_are_not_our_affair(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/stats/requests", base_url=HERE, headers=headers).status_code == 200
    assert client.post("/mine", base_url=HERE, headers=headers).status_code == 200


def test_any_page_may_read_what_needs_no_login(client: FlaskClient) -> None:
    answer = client.get("/stats/requests", base_url=HERE, headers={"Origin": "https://evil.example"})
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://evil.example")
    assert "Access-Control-Allow-Credentials" not in answer.headers
