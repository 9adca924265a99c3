"""docs/clients.md says what the classes are, and nothing else."""

import pytest

from swarmfile.http.refused import CLIENT, RESPONSE
from tests.pages import table
from tools.client_table import CLIENT as CLIENT_DIFFERS
from tools.client_table import OPTIONS, PAGE, USER_CLASS, Kind, kinds, members, page
from tools.client_table import RESPONSE as RESPONSE_DIFFERS

# Of no class, but set by scripts in the hope of an effect.
WISHED = {"keep_alive", "timeout"}


def test_the_page_is_current() -> None:
    text = PAGE.read_text("utf-8")
    assert text == page(text), "run python -m tools.client_table"


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.title)
def test_each_member_of_locusts_is_there_or_refused(kind: Kind) -> None:
    lacking = (members(kind.http) | members(kind.fast)) - members(kind.ours)
    assert lacking <= {"pool_manager", "client_pool", "max_retries", "concurrency"}


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("The client", CLIENT.keys() - WISHED | CLIENT_DIFFERS.keys()),
        ("A request's options", OPTIONS.keys()),
        ("A response", RESPONSE.keys() | RESPONSE_DIFFERS.keys()),
        ("The class of a user", USER_CLASS.keys()),
    ],
)
def test_nothing_is_said_about_what_there_is_not(heading: str, names: set[str]) -> None:
    assert names <= {row[0].strip("`") for row in table(PAGE, heading)}
