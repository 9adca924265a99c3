"""Which runs get into a bucket, when, and what is said where they do not: in a real storage."""

import json
import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from swarmfile.results.kept import Kept, KeptRuns
from swarmfile.sidecar import upload as sidecar_upload
from swarmfile.sidecar.folder import files_of
from swarmfile.sidecar.s3 import Bucket
from swarmfile.sidecar.upload import Uploads
from tests.results_folder import RUN_FILES
from tests.s3_storage import BUCKET, Storage, environment
from tests.unit.http.scripted_server import HANG, Scripted

RUN = "smoke-20260101-101010-ab12"


def ended(results: Path, run: str = RUN) -> Path:
    folder = results / run
    folder.mkdir()
    for name in RUN_FILES:
        (folder / name).write_text(f"{name} of {run}")
    return folder


def uploads(url: str, results: Path) -> Uploads:
    bucket = Bucket.of(environment(url))
    assert bucket
    return Uploads(bucket, results, files_of)


def moments(storage: Storage) -> Mapping[str, int]:
    """When each object was written."""
    bucket = storage.folder / BUCKET
    return {path: (bucket / path).stat().st_mtime_ns for path in storage.objects}


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]


def test_all_files_of_ended_runs_are_put_and_no_others(storage: Storage, tmp_path: Path) -> None:
    (ended(tmp_path) / ".half.csv").write_text("in writing")
    (ended(tmp_path, "running") / "verdict.json").unlink()
    (tmp_path / ".started-abc.json").write_text("{}")
    uploads(storage.url, tmp_path).look()
    assert storage.objects == {f"{RUN}/{name}": f"{name} of {RUN}".encode() for name in RUN_FILES}


def test_a_file_too_large_for_config_maps_is_there(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(20_000_000)
    (ended(tmp_path) / "locust_exceptions.csv").write_bytes(content)
    uploads(storage.url, tmp_path).look()
    assert storage.objects[f"{RUN}/locust_exceptions.csv"] == content


def test_an_unchanged_run_is_put_once_and_a_changed_one_again(storage: Storage, tmp_path: Path) -> None:
    folder = ended(tmp_path)
    one = uploads(storage.url, tmp_path)
    one.look()
    before = moments(storage)
    one.look()
    assert moments(storage) == before
    (folder / "summary.md").write_text("other, longer")
    one.look()
    assert storage.objects[f"{RUN}/summary.md"] == b"other, longer"


def test_what_a_process_before_put_is_not_put_again(storage: Storage, tmp_path: Path) -> None:
    folder = ended(tmp_path)
    uploads(storage.url, tmp_path).look()
    before = moments(storage)
    os.utime(folder / "verdict.json")
    uploads(storage.url, tmp_path).look()
    assert moments(storage) == before


def test_a_run_that_was_put_by_half_is_put_whole(storage: Storage, tmp_path: Path) -> None:
    ended(tmp_path)
    uploads(storage.url, tmp_path).look()
    (storage.folder / BUCKET / RUN / "verdict.json").unlink()
    (storage.folder / BUCKET / RUN / "report.html").unlink()
    uploads(storage.url, tmp_path).look()
    assert len(storage.objects) == len(RUN_FILES)


def test_a_storage_that_refuses_is_one_line_and_the_next_look_succeeds(
    storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ended(tmp_path)
    hidden = storage.folder / "hidden"
    (storage.folder / BUCKET).rename(hidden)
    one = uploads(storage.url, tmp_path)
    for _ in range(3):
        one.look()
    hidden.rename(storage.folder / BUCKET)
    (line,) = complaints(caplog)
    assert line.startswith("swarmfile: results are not in the bucket: results.s3.bucket: ")
    one.look()
    assert len(storage.objects) == len(RUN_FILES)


def test_the_master_learns_what_became_of_a_run_that_the_bucket_alone_keeps(storage: Storage, tmp_path: Path) -> None:
    ended(tmp_path)
    hidden, kept = storage.folder / "hidden", KeptRuns()
    (storage.folder / BUCKET).rename(hidden)
    bucket = Bucket.of(environment(storage.url))
    assert bucket
    one = Uploads(bucket, tmp_path, files_of, kept)
    one.look()
    refused = Kept.of(json.loads(kept.answer()[2])[RUN])
    hidden.rename(storage.folder / BUCKET)
    one.look()
    assert refused.problem.startswith("results.s3.bucket: ")
    assert not refused.lasting
    assert Kept.of(json.loads(kept.answer()[2])[RUN]) == Kept()


def test_what_is_no_file_of_the_library_s_is_not_put(storage: Storage, tmp_path: Path) -> None:
    (ended(tmp_path) / "locust_stats.csv").unlink()
    for name in ("locust_stats.csv", "own.csv"):
        (tmp_path / RUN / name).symlink_to("/proc/self/environ")
    uploads(storage.url, tmp_path).look()
    assert storage.objects.keys() == {f"{RUN}/{name}" for name in RUN_FILES - {"locust_stats.csv"}}


def test_what_ends_with_the_pod_gets_one_last_look(storage: Storage, tmp_path: Path) -> None:
    leave = threading.Event()
    thread = uploads(storage.url, tmp_path).follow(leave)
    ended(tmp_path)
    leave.set()
    thread.join(60)
    assert len(storage.objects) == len(RUN_FILES)


def test_a_storage_that_hangs_holds_nobody_up(
    server: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecar_upload, "INTERVAL_S", 0)
    server.answers([HANG])
    ended(tmp_path)
    thread = uploads(server.url, tmp_path).follow(threading.Event())
    thread.join(0.2)
    assert thread.is_alive()
    assert thread.daemon
