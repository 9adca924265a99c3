"""Where a clone begins, and which test types it has."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone, find_clone
from swarmfile.cli.errors import BadInputError


def test_a_clone_is_found_from_any_folder_inside(clone: Clone) -> None:
    assert find_clone(clone.scripts / "lib") == clone


def test_outside_of_a_clone_one_line_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"not inside a clone .* --directory$"):
        find_clone(tmp_path)


def test_a_type_that_does_not_exist_is_answered_with_those_that_do_the_nearest_first(clone: Clone) -> None:
    with pytest.raises(BadInputError, match=r"^stres: there is no such test type; write one of stress, smoke$"):
        clone.refuse_unknown("stres")
