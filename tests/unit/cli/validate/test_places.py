"""Which line of a YAML file a key stands in."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.values import Path as Key
from swarmfile.cli.validate.places import line_of

TEXT = """# A comment.
loadTest:
  users: 5
stages:
  - users: 1
  - duration: 5s
    users: 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("loadTest",), 2),
        (("loadTest", "users"), 3),
        (("loadTest", "runTime"), 2),
        (("stages", 1), 6),
        (("stages", 1, "users"), 7),
        (("stages", 9), 4),
        (("mode",), 1),
    ],
)
def test_a_key_is_found_or_the_nearest_place_above_it(tmp_path: Path, path: Key, line: int) -> None:
    (tmp_path / "test.yml").write_text(TEXT)
    assert line_of(tmp_path / "test.yml", path) == line


@pytest.mark.parametrize("text", ["a: [", "\x00", "a: !env x"])
def test_a_file_that_cannot_be_read_has_its_first_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "test.yml").write_text(text)
    assert line_of(tmp_path / "test.yml", ("a",)) == 1


def test_without_a_file_there_is_no_line(tmp_path: Path) -> None:
    assert line_of(tmp_path / "gone.yml", ("a",)) is None
