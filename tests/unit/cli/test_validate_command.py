"""`swarmfile validate`: what it writes and how it ends."""

import json

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.main import exit_code
from tests.unit.cli.conftest import Write


@pytest.fixture(autouse=True)
def in_the_clone(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.root)
    for name in ("HOST", "LOCUSTFILE", "LIBS"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_type_all_are_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["validate"]) == 0
    said = capsys.readouterr()
    assert said.err == "smoke, stress: 0 wrong, 1 to look at\n"
    assert said.out.startswith("warning: helm-default-values/locust.yml: worker.replicas: 2 workers for 1 user: ")


def test_something_wrong_is_one_line_for_all_its_types_and_3(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("helm-default-values/test.yml", "loadTest: {users: 0}\n")
    assert exit_code(["validate"]) == 3
    assert capsys.readouterr() == (
        "helm-default-values/test.yml: loadTest.users: 0 is below 1; write at least 1\n",
        "smoke, stress: 1 wrong, 0 to look at\n",
    )


def test_only_the_types_that_are_named_count(write: Write) -> None:
    write("config/stress/test.yml", "mode: jbo\n")
    assert exit_code(["validate", "smoke"]) == 0
    assert exit_code(["validate", "smoke", "stress"]) == 3


def test_a_program_reads_nothing_but_json(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("config/stress/test.yml", "mode: jbo\n")
    assert exit_code(["validate", "--json"]) == 3
    written = capsys.readouterr()
    [finding] = json.loads(written.out)
    assert (finding["file"], finding["line"], finding["types"]) == ("config/stress/test.yml", 1, ["stress"])
    assert written.err == ""
