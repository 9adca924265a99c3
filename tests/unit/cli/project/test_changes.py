"""An upgrade replaces what is ours, merges the defaults, and leaves everything else; or it writes nothing."""

from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.changes import apply, changes, described
from swarmfile.cli.project.record import read_record
from swarmfile.cli.project.shipped import CHART, PACKAGE_IN_CHART, Shipped, installed
from tests.unit.cli.project.conftest import Git, edit


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def upgraded(own: Path, shipped: Shipped) -> None:
    apply(own, changes(own, read_record(own), shipped), shipped)


def test_the_same_version_changes_nothing(own: Path, git: Git) -> None:
    assert changes(own, read_record(own), installed()) == []


def test_what_differs_is_what_the_next_version_changed(own: Path, git: Git, later: Shipped) -> None:
    found = {change.path: change.kind for change in changes(own, read_record(own), later)}
    assert found == {
        "helm-default-values/test.yml": "changed",
        f"{CHART}/Chart.yaml": "changed",
        f"{CHART}/templates/added.yaml": "added",
        f"{CHART}/templates/tests/web-ui.yaml": "removed",
        "locust-tests/requirements.txt": "changed",
    }


def test_after_an_upgrade_ours_are_the_new_versions_and_theirs_as_before(own: Path, git: Git, later: Shipped) -> None:
    edit(own / "config" / "smoke" / "test.yml", "# Smoke", "mode: deployment\n# Smoke")
    (own / CHART / "files" / "smoke.py").write_text("# mine\n")
    (own / CHART / "files" / "products.csv").write_text("id\n1\n")
    before = contents(own)
    upgraded(own, later)
    after = contents(own)
    assert {path: after[path] for path in later.ours()} == later.ours()
    gone = set(read_record(own).files) ^ set(later.ours())
    assert gone == set()
    theirs = set(before) - set(installed().ours()) - {"locust-tests/swarmfile.json"}
    assert {path for path in theirs if after[path] != before[path]} == set()
    assert not (own / CHART / "templates" / "tests").exists()
    git("add", "--all")
    git("commit", "--message", "Upgrade")
    assert changes(own, read_record(own), later) == []


def test_an_edit_of_the_defaults_of_all_types_is_merged(own: Path, git: Git, later: Shipped) -> None:
    defaults = own / "helm-default-values" / "test.yml"
    defaults.write_text(f"{defaults.read_text()}\nassertions:\n  p95ThresholdMs: 800\n")
    git("commit", "--all", "--message", "Ask for 800 ms")
    upgraded(own, later)
    assert defaults.read_text().endswith("assertions:\n  p95ThresholdMs: 800\n")
    assert "\nmode: job\n" in defaults.read_text()
    git("add", "--all")
    git("commit", "--message", "Upgrade")
    assert changes(own, read_record(own), later) == []


def test_defaults_that_both_changed_are_refused(own: Path, git: Git, later: Shipped) -> None:
    edit(own / "helm-default-values" / "test.yml", "\nmode: deployment\n", "\nmode: deployment  # always\n")
    git("commit", "--all", "--message", "Keep the UI")
    with pytest.raises(BadInputError, match=r"^helm-default-values/test\.yml: lines that you edited were changed"):
        changes(own, read_record(own), later)


def test_uncommitted_edits_of_ours_are_refused_and_those_of_theirs_are_not(own: Path, git: Git, later: Shipped) -> None:
    edit(own / "config" / "smoke" / "test.yml", "# Smoke", "# Mine")
    assert changes(own, read_record(own), later)
    edit(own / CHART / "values.yaml", "#", "##")
    edit(own / CHART / "files" / "pod.yaml", "#", "##")
    with pytest.raises(
        BadInputError, match=rf"^{CHART}/files/pod\.yaml and 1 more: edited and not committed; commit or restore it"
    ):
        changes(own, read_record(own), later)


def test_without_git_an_edit_is_noticed_by_the_record(own: Path, later: Shipped) -> None:
    edit(own / CHART / "values.yaml", "#", "##")
    with pytest.raises(BadInputError, match=rf"^{CHART}/values\.yaml: edited and not committed"):
        changes(own, read_record(own), later)


def test_a_committed_edit_of_ours_is_said_to_be_lost(own: Path, git: Git) -> None:
    edit(own / CHART / "templates" / "job.yaml", "kind: Job", "kind: Job  # mine")
    git("commit", "--all", "--message", "Patch")
    lines = list(described(changes(own, read_record(own), installed())))
    assert lines[0] == f"{CHART}/templates/job.yaml: edited here since it was written; this edit will be lost"
    assert any(line.startswith("-") and line.endswith("# mine") for line in lines)


def test_the_diff_is_unified_and_of_the_package_only_numbers(own: Path, git: Git, later: Shipped) -> None:
    (own / PACKAGE_IN_CHART / "verdict.py").unlink()
    (own / PACKAGE_IN_CHART / "plugin.py").write_text("")
    git("commit", "--all", "--message", "Break it")
    lines = list(described(changes(own, read_record(own), later)))
    assert {"-mode: deployment", "+mode: job", f"+++ b/{CHART}/templates/added.yaml", "+# added"} <= set(lines)
    assert lines[-1] == f"{PACKAGE_IN_CHART}: 1 added, 1 changed"


def test_a_file_of_theirs_where_a_new_one_of_ours_would_be_is_refused(own: Path, git: Git, later: Shipped) -> None:
    (own / CHART / "templates" / "added.yaml").write_text("# mine\n")
    with pytest.raises(BadInputError, match=r"added\.yaml: the new version has a file of this name; rename yours$"):
        changes(own, read_record(own), later)


def test_an_older_version_than_the_repositorys_is_refused(own: Path, git: Git, later: Shipped) -> None:
    upgraded(own, later)
    git("add", "--all")
    git("commit", "--message", "Upgrade")
    with pytest.raises(BadInputError, match=r"version 9\.0\.0 wrote this repository and .* pip install --upgrade"):
        changes(own, read_record(own), installed())
