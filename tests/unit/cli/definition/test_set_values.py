"""`--set` as helm reads it; the expected values are those of `helm template --set`."""

from typing import Any

import pytest

from swarmfile.cli.definition.set_values import assign
from swarmfile.cli.errors import BadInputError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1", {"a": 1}),
        ("a.b.c=x", {"a": {"b": {"c": "x"}}}),
        ("a=1,b=two", {"a": 1, "b": "two"}),
        ("a=true,b=FALSE,c=null", {"a": True, "b": False, "c": None}),
        ("a=0,b=007,c=-3,d=1.5,e=1e3", {"a": 0, "b": "007", "c": -3, "d": "1.5", "e": "1e3"}),
        ("a=,b=x", {"a": "", "b": "x"}),
        ("a={x,1,true}", {"a": ["x", 1, True]}),
        ("a={x},b=y", {"a": ["x"], "b": "y"}),
        ("a[1].b=x", {"a": [None, {"b": "x"}]}),
        ("a[0][1]=x", {"a": [[None, "x"]]}),
        (r"a\.b=1,c=x\,y", {"a.b": 1, "c": "x,y"}),
        (r"files.users\.csv=a\\b", {"files": {"users.csv": r"a\b"}}),
        ("a=b=c", {"a": "b=c"}),
        ("a=x y ", {"a": "x y "}),
    ],
)
def test_a_set_reads_as_helm_reads_it(text: str, values: dict[str, Any]) -> None:
    read: dict[str, Any] = {}
    assign(read, text)
    assert read == values


def test_an_index_changes_one_entry_of_a_list_that_is_there() -> None:
    values: dict[str, Any] = {"stages": [{"users": 1, "name": "base"}, {"users": 2}]}
    assign(values, "stages[0].users=5")
    assert values == {"stages": [{"users": 5, "name": "base"}, {"users": 2}]}


@pytest.mark.parametrize("text", ["a", "a,b=1", "=1", "a.=1", "a[x]=1", "a[1=1", "a[0]b=1", "a={x", "a[99999999]=1"])
def test_what_cannot_be_read_is_refused_in_one_line_with_an_example(text: str) -> None:
    with pytest.raises(BadInputError, match=r"^--set .*; write key=value, for example loadTest\.users=10$"):
        assign({}, text)
