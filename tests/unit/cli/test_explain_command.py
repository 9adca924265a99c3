"""`swarmfile explain`: what it says of a key, and of one that there is not."""

import pytest

from swarmfile.cli.main import exit_code
from tests.unit.cli.conftest import ROOT


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_a_key_is_explained_in_the_words_of_values_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["explain", "workers.replicas"]) == 0
    assert capsys.readouterr().out == (
        "workers.replicas\n"
        "  Number of worker pods; 0: one pod runs the whole test. In job mode they end with the run.\n"
        "  Holds a whole number, at least 0 and at most 10000.\n"
        "  Default: 0\n"
    )


def test_a_key_that_there_is_not_is_one_line_and_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["explain", "loadTest.user"]) == 3
    assert capsys.readouterr().err == (
        "swarmfile: loadTest.user: there is no user in loadTest to explain; did you mean users?\n"
    )
