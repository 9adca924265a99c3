import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from swarmfile.sidecar import folder as sidecar_folder
from swarmfile.sidecar.folder import Found, files_of, fingerprint, has_ended, read, runs_in, unknown_in


def test_runs_are_folders_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden", "a\x1b[2J", "my folder"):
        (tmp_path / name).mkdir()
    (tmp_path / ".started-abc.json").write_text("{}")
    assert [folder.name for folder in runs_in(tmp_path)] == ["a", "b"]
    assert list(runs_in(tmp_path / "missing")) == []


@pytest.mark.parametrize("missing", ["verdict.json", "junit.xml", "summary.md", ""])
def test_a_run_has_ended_once_the_last_files_are_there(tmp_path: Path, missing: str) -> None:
    for name in {"verdict.json", "junit.xml", "summary.md"} - {missing}:
        (tmp_path / name).touch()
    assert has_ended(tmp_path) is not bool(missing)


def test_files_in_writing_are_not_whole(tmp_path: Path) -> None:
    (tmp_path / ".verdict.json.part").write_text("{")
    (tmp_path / "locust_stats.csv").write_text("a")
    (tmp_path / "folder").mkdir()
    assert files_of(tmp_path) == Found({"locust_stats.csv": b"a"})


def test_a_fingerprint_changes_with_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("a")
    before = fingerprint(tmp_path)
    assert fingerprint(tmp_path) == before
    os.utime(tmp_path / "report.html", (1, 1))
    assert fingerprint(tmp_path) != before


def as_link(path: Path) -> None:
    secret = path.parent.parent / "token"
    secret.write_text("canary")
    path.symlink_to(secret)


def as_link_to_the_environment(path: Path) -> None:
    path.symlink_to("/proc/self/environ")


def as_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def as_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def as_file_without_end(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(10**12)


def as_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


TRAPS = [as_link, as_link_to_the_environment, as_dangling_link, os.mkfifo, as_socket, Path.mkdir, as_device]


@pytest.mark.parametrize("trap", TRAPS)
def test_what_is_no_file_is_left_out_and_costs_no_other_file(tmp_path: Path, trap: Callable[[Path], None]) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "summary.md").write_text("whole")
    trap(run / "report.html")
    found = files_of(run)
    assert found.files == {"summary.md": b"whole"}
    assert found.unreadable.keys() == {"report.html"}
    assert "report.html" not in str(fingerprint(run))


@pytest.mark.timeout(20)
def test_a_file_without_end_is_left_out_unread(tmp_path: Path) -> None:
    as_file_without_end(tmp_path / "report.html")
    (tmp_path / "verdict.json").write_text("{}")
    found = files_of(tmp_path)
    assert found.files == {"verdict.json": b"{}"}
    assert found.too_large == {"report.html": "it has more than 40 MiB"}


def test_files_share_the_room_of_a_run_and_the_verdict_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecar_folder, "RUN_LIMIT_BYTES", 2 * 2**20)
    for name in ("locust_stats.csv", "verdict.json", "report.html"):
        (tmp_path / name).write_bytes(bytes(2**20))
    found = files_of(tmp_path)
    assert found.files.keys() == {"verdict.json", "locust_stats.csv"}
    assert found.too_large.keys() == {"report.html"}


def test_a_file_that_grows_while_it_is_read_is_cut_off(tmp_path: Path) -> None:
    # Its size is told as 0 until it is read.
    folder = os.open("/proc/self", os.O_RDONLY | os.O_DIRECTORY)
    try:
        assert read(folder, "maps", 2**20)
        with pytest.raises(OSError, match="it has more than 0 MiB"):
            read(folder, "maps", 10)
    finally:
        os.close(folder)


def test_a_run_s_folder_that_is_a_link_is_none(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    for name in ("verdict.json", "junit.xml", "summary.md"):
        (tmp_path / "elsewhere" / name).touch()
    results = tmp_path / "results"
    results.mkdir()
    (results / "run").symlink_to(tmp_path / "elsewhere")
    assert list(runs_in(results)) == []
    with pytest.raises(OSError, match="run"):
        files_of(results / "run")


def test_a_script_s_own_files_are_kept_where_they_are_named(tmp_path: Path) -> None:
    for name in ("own.csv", "other.csv", "report.html", ".hidden"):
        (tmp_path / name).write_text(name)
    names = ("report.html", "own.csv")
    assert files_of(tmp_path, names).files.keys() == set(names)
    assert files_of(tmp_path).files.keys() == {"report.html"}
    assert unknown_in(tmp_path, names) == ["other.csv"]
