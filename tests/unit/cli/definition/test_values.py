"""Places in values, and how they are named to readers."""

import pytest

from swarmfile.cli.definition.values import at, names, shown


def test_a_place_that_is_not_there_holds_nothing() -> None:
    values = {"a": {"b": {"c": 1}, "d": None, "e": [1]}}
    assert [at(values, *path) for path in (("a", "b", "c"), ("a", "x", "c"), ("a", "d", "c"), ("a", "e", "c"))] == [
        1,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [(("a", "b"), "a.b"), (("a", 0, "b"), "a[0].b"), (("files", "a.csv"), r"files.a\.csv"), ((), "the definition")],
)
def test_a_path_is_shown_as_set_reads_it(path: tuple[str | int, ...], text: str) -> None:
    assert shown(path) == text


def test_the_names_of_a_path_are_those_without_places_in_lists() -> None:
    assert names(("stages", 0, "users")) == ("stages", "users")
