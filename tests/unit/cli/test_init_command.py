"""`swarmfile init` says what it wrote and what to type next; what it cannot do is one line."""

from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code


def test_it_says_what_is_theirs_and_what_to_type_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["init", str(tmp_path / "own"), "--types", "soak, smoke,soak", "--ci", "github"]) == 0
    said = capsys.readouterr().out
    assert "  .github/workflows/performance.yml\n  .gitignore\n  README.md\n  config/smoke/locust.yml\n" in said
    assert "  swarmfile run soak --host https://shop.example.com\n" in said
    assert sorted(path.name for path in (tmp_path / "own" / "config").iterdir()) == ["smoke", "soak"]


def test_without_a_folder_it_is_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert exit_code(["init"]) == 0
    assert (tmp_path / "helmfile.yaml.gotmpl").is_file()
    assert sorted(path.name for path in (tmp_path / "config").iterdir()) == ["load", "smoke"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--types", "smkoe"], "--types: smkoe: no such type is shipped; did you mean smoke?"),
        (["--types", " ,"], "--types: no type was named; write for example --types smoke,load"),
        (["--ci", "jenkins"], "Invalid value for '--ci': 'jenkins' is not one of 'github', 'gitlab'."),
    ],
)
def test_a_refusal_is_one_line_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert exit_code(["init", str(tmp_path / "own"), *arguments]) == 3
    assert capsys.readouterr().err == f"swarmfile: {line}\n"
    assert not (tmp_path / "own").exists()
