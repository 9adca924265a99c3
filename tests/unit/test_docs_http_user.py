"""docs/http-user.md describes the attributes of SwarmHttpUser as they are."""

import inspect
import sqlite3
import sys
from types import ModuleType

import pytest
from locust.env import Environment

from swarmfile import SwarmHttpUser
from swarmfile.http.client import SwarmHttpSession
from tests.pages import ROOT, blocks, inline_code, table

PAGE = ROOT / "docs" / "http-user.md"
ATTRIBUTES = {row[0].strip("`"): row[1].strip("`") for row in table(PAGE, "Attributes")}


def test_every_attribute_is_in_the_table() -> None:
    own = set(inspect.get_annotations(SwarmHttpUser))
    assert own - set(inline_code(PAGE)) == set()


@pytest.mark.parametrize(("attribute", "default"), ATTRIBUTES.items())
def test_an_attribute_has_the_default_of_the_table(attribute: str, default: str) -> None:
    assert repr(getattr(SwarmHttpUser, attribute)) == default


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options", "request"])
def test_the_client_has_the_methods_of_http_user_s(method: str) -> None:
    assert callable(getattr(SwarmHttpSession, method))


def database(*, broken: bool) -> ModuleType:
    """Returns what the example imports: a real database, or one whose every query fails."""
    module = ModuleType("my_database")

    class Connection:
        def execute(self, query: str) -> list[object]:
            with sqlite3.connect(":memory:") as connection:
                return connection.execute("select * from nothing" if broken else query).fetchall()

    vars(module).update(DatabaseError=sqlite3.Error, connect=Connection)
    return module


@pytest.mark.parametrize("broken", [False, True])
def test_the_requests_of_another_protocol_are_counted(monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    monkeypatch.setitem(sys.modules, "my_database", database(broken=broken))
    (example,) = [block for block in blocks(PAGE, "python") if "class Reader" in block]
    script: dict[str, type] = {}
    exec(compile(example, str(PAGE), "exec"), script)
    environment = Environment(user_classes=[script["Reader"]])
    environment.create_local_runner()
    script["Reader"](environment).read()
    counted = environment.stats.get("select 1", "SQL")
    assert (counted.num_requests, counted.num_failures) == (1, int(broken))
