"""What a client's settings make of its requests, and who shares it."""

import gc

import pytest
import requests

from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted
from tests.unit.http.swarm_user import new_environment, new_user


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
    from swarmfile.http import settings as http_settings

    user = new_user(server.url, default_headers={"X-User": "gone"})
    user.client.get("/")
    kept = len(http_settings._plans)
    user.client.close()
    del user
    gc.collect()
    assert len(http_settings._plans) < kept
