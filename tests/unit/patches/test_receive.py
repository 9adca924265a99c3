"""What Locust asks for each option at each order to spawn is made once."""

import pytest
from locust import argument_parser

from swarmfile.patches import receive as load_receive
from swarmfile.run.context import Context


def test_locusts_own_options_are_the_same_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argument_parser, "default_args_dict", argument_parser.default_args_dict)
    expected = argument_parser.default_args_dict()
    load_receive.install(Context())
    load_receive.install(Context())
    first = argument_parser.default_args_dict()
    assert first == expected
    assert argument_parser.default_args_dict() is first
