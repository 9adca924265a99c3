"""How values files lie over each other; tests/helmfile/test_merge.py holds the same against the real helmfile."""

from typing import Any

import pytest

from swarmfile.cli.definition.layers import Layer, merged, source_of


@pytest.mark.parametrize(
    ("base", "over", "result"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": [1, 2, 3]}, {"a": [4]}, {"a": [4]}),
        ({"a": [1]}, {"a": []}, {"a": []}),
        ({"a": True}, {"a": False}, {"a": False}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {"b": 1}}),
        ({"a": "text"}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
    ],
)
def test_maps_merge_and_everything_else_is_replaced(
    base: dict[str, Any], over: dict[str, Any], result: dict[str, Any]
) -> None:
    assert merged([Layer("base", base), Layer("over", over)]) == result


def test_merging_leaves_the_layers_as_they_are() -> None:
    base = {"a": {"b": 1}}
    merged([Layer("base", base), Layer("over", {"a": {"b": 2}})])
    assert base == {"a": {"b": 1}}


@pytest.mark.parametrize(
    ("path", "source"),
    [(("a", "b"), "over"), (("a", "c"), "base"), (("a", "unknown"), "over"), (("list", 0), "base"), (("x",), "over")],
)
def test_a_key_is_traced_to_the_last_layer_that_says_it(path: tuple[str | int, ...], source: str) -> None:
    layers = [Layer("base", {"a": {"b": 1, "c": 2}, "list": [1]}), Layer("over", {"a": {"b": 3}})]
    assert source_of(layers, path) == source
