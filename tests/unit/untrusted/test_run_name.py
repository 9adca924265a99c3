import pytest

from swarmfile.run.context import new_run_id
from swarmfile.untrusted.run_name import is_file_name, is_run_name


@pytest.mark.parametrize("name", [new_run_id("smoke"), "smoke-it", "1", "a.b_c-D", "x" * 128])
def test_a_name_that_makes_one_folder_is_a_run_s(name: str) -> None:
    assert is_run_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/etc", "..\\a", "-rf", ".hidden", "a b", "[/nope]", "a\n", "\x1b", "ü", "x" * 129]
)
def test_any_other_name_is_not(name: str) -> None:
    assert not is_run_name(name)


@pytest.mark.parametrize("name", ["verdict.json", "my data (1).csv", "größe.csv"])
def test_a_visible_name_is_a_file_s(name: str) -> None:
    assert is_file_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", ".hidden", "c:x", "a\n", "\u202ea", "\ud800", "x" * 201]
)
def test_a_name_that_leads_elsewhere_or_hides_is_not(name: str) -> None:
    assert not is_file_name(name)
