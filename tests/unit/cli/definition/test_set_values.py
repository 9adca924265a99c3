"""`--set` on the command line: keys as in helm, values as in a values file."""

from typing import Any

import pytest

from swarmfile.cli.definition.set_values import assignment, set_layer
from swarmfile.cli.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1", {"a": 1}),
        ("a.b.c=x", {"a": {"b": {"c": "x"}}}),
        ("a=true", {"a": True}),
        ("a=yes", {"a": "yes"}),
        ("a=null", {"a": None}),
        ("a=1.5", {"a": 1.5}),
        ('a="1.10"', {"a": "1.10"}),
        ("a=", {"a": ""}),
        ("a=[x, 1, true]", {"a": ["x", 1, True]}),
        ("a=[{users: 5}, {users: 6}]", {"a": [{"users": 5}, {"users": 6}]}),
        ("a={b: 1}", {"a": {"b": 1}}),
        (r"a\.b=c,d", {"a.b": "c,d"}),
        (r"files.users\.csv=x", {"files": {"users.csv": "x"}}),
        ("a=b=c", {"a": "b=c"}),
        ("a=http://x:80/y", {"a": "http://x:80/y"}),
    ],
)
def test_a_set_has_dotted_keys_and_a_value_as_yaml_reads_it(text: str, values: dict[str, Any]) -> None:
    assert assignment(text) == values


def test_a_later_set_takes_precedence_over_an_earlier_one() -> None:
    assert set_layer(["a.b=1", "a.c=2", "a.b=3"]).values == {"a": {"b": 3, "c": 2}}


@pytest.mark.parametrize("text", ["a", "=1", "a.=1", ".a=1"])
def test_what_cannot_be_read_is_refused_in_one_line_with_an_example(text: str) -> None:
    with pytest.raises(BadInputError, match=r"^--set .*; write key=value, for example loadTest\.users=10$"):
        assignment(text)


def test_an_entry_of_a_list_is_refused_with_the_whole_list_as_an_example() -> None:
    with pytest.raises(BadInputError, match=r"^--set stages\[0\]\.users: .* write the whole list, such as 'stages="):
        assignment("stages[0].users=5")


@pytest.mark.parametrize("text", ["a=[1", "a=@x", "a={b: 1, b: 2}", "a={1: x}"])
def test_a_value_that_is_no_yaml_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(BadInputError, match=r"^--set a: line 1, column \d+: .*; write valid YAML there$"):
        assignment(text)


def test_two_keys_in_one_set_are_refused_as_helm_takes_them_and_a_quoted_text_is_not() -> None:
    with pytest.raises(
        BadInputError,
        match=r"^--set auth\.username: it sets two keys; write each in a --set of its own, or the value in quo",
    ):
        assignment("auth.username=u,auth.password=p")
    assert assignment("a='u,b.c=d'") == {"a": "u,b.c=d"}
