"""docs/assertions.md says what the code does."""

import re
from pathlib import Path

import yaml

from swarmfile.definition.assertions import of_assertions
from swarmfile.definition.validity import Reason

TEXT = (Path(__file__).parents[2] / "docs" / "assertions.md").read_text("utf-8")


def test_every_assertion_of_the_example_is_read() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assertions = yaml.safe_load(example)["assertions"]
    assert len(of_assertions(assertions, phases=["peak"])) == 2 + len(assertions["criteria"])


def test_every_reason_is_in_the_table() -> None:
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == list(Reason)
