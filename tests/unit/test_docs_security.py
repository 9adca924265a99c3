"""docs/security.md: each of its sentences names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?P<sentence>[^|]+?) \| (?P<test>.*) \|$", TEXT, re.MULTILINE)


def test_every_sentence_names_a_test() -> None:
    assert len(ROWS) > 30
    named = re.compile(r"`[a-z_0-9/]+\.py::test_[a-z_0-9]+`")
    assert [sentence for sentence, test in ROWS if not named.fullmatch(test)] == []


@pytest.mark.parametrize("name", sorted({test.strip("`") for _, test in ROWS}))
def test_it_exists(name: str) -> None:
    file, function = name.split("::")
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_no_sentence_stands_twice() -> None:
    sentences = [sentence for sentence, _ in ROWS]
    assert len(sentences) == len(set(sentences))
