"""What only the in-pod library knows to be wrong is said with the file's name, before anything starts."""

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.library_checks import check_by_library
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.conftest import Write


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stages: [{users: 1, duration: 1m}, {users: 2, duration: soon}]", r"stages\[1\]\.duration: 'soon' is not .*"),
        ("assertions: {criteria: [p95 < 1s, p95 < 1 parsec]}", r"assertions\.criteria\[1\]: .*parsec.*"),
        ("assertions: {criteria: ['p95 < 1s during \"peak\"']}", r"assertions\.criteria\[0\]: .*peak.*"),
        ("assertions: {safetyStop: eror rate < 1}", r"assertions\.safetyStop: .*error rate.*"),
    ],
)
def test_the_librarys_objection_is_traced_to_its_file(clone: Clone, write: Write, text: str, sentence: str) -> None:
    write("config/stress/test.yml", text)
    with pytest.raises(BadInputError, match=rf"^config/stress/test\.yml: {sentence}$"):
        check_by_library(read_definition(clone, "stress", []))


def test_a_phase_is_known_by_its_stage(clone: Clone, write: Write) -> None:
    write(
        "config/stress/test.yml",
        """
        stages: [{name: peak, users: 1, duration: 1m}]
        assertions: {criteria: ['p95 < 1s during "peak"']}
    """,
    )
    check_by_library(read_definition(clone, "stress", []))
