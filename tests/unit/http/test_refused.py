"""What is left out says so in one line, and which class to stay with."""

import pytest

from swarmfile.http.refused import CLIENT, RESPONSE, USER
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import Scripted


@pytest.mark.parametrize(("name", "remedy"), CLIENT.items())
def test_the_client_refuses_to_read_and_to_set(user: SwarmHttpUser, name: str, remedy: str) -> None:
    message = f"SwarmHttpUser's client has no '{name}': {remedy}"
    with pytest.raises(AttributeError) as error:
        getattr(user.client, name)
    assert str(error.value) == message
    with pytest.raises(AttributeError) as error:
        setattr(user.client, name, 1)
    assert str(error.value) == message
    assert not hasattr(user.client, name)


@pytest.mark.parametrize(("name", "remedy"), RESPONSE.items())
def test_a_response_refuses(server: Scripted, user: SwarmHttpUser, name: str, remedy: str) -> None:
    with pytest.raises(AttributeError) as error:
        getattr(user.client.get("/"), name)
    assert str(error.value) == f"SwarmHttpUser's response has no '{name}': {remedy}"


def test_what_an_event_carries_is_known_in_a_with_block_only(server: Scripted, user: SwarmHttpUser) -> None:
    with pytest.raises(AttributeError, match="only with catch_response=True"):
        _ = user.client.get("/").request_meta
    with user.client.get("/", catch_response=True) as got:
        assert got.request_meta["name"] == "/"


@pytest.mark.parametrize(("name", "remedy"), USER.items())
def test_a_class_refuses_what_has_no_counterpart(name: str, remedy: str) -> None:
    with pytest.raises(TypeError) as error:
        type("Visitor", (SwarmHttpUser,), {name: 3})
    assert str(error.value) == f"Visitor.{name}: SwarmHttpUser has none: {remedy}"


def test_what_is_left_as_it_is_is_not_refused() -> None:
    assert type("Visitor", (SwarmHttpUser,), {"client_pool": None, "max_retries": 0, "concurrency": 5})
