"""What anyone in a namespace may write, held against every command that reads it.

No traceback, no control character on the terminal, nothing written outside of the output folder, and an end within
bounded time, whatever a record, a file or the master says. FUZZ_EXAMPLES=5000 looks for longer, each time elsewhere.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swarmfile.cli import wait_command
from swarmfile.cli.cluster import records
from swarmfile.cli.local.ending import show_verdict
from swarmfile.cli.local.live import line, table
from swarmfile.cli.main import exit_code
from swarmfile.cli.terminal import console
from swarmfile.cli.verdict_file import checked_verdict
from swarmfile.compare.comparison import compared
from swarmfile.compare.kept import differences, kept_run
from swarmfile.run.state import parse
from swarmfile.sidecar.record import RecordedRun, RecordError, config_maps, read_head, read_parts
from tests.unit.cli.cluster_folder import PASS, RUN, STATE, Cluster, pod, workload
from tests.unit.cli.conftest import cluster as cluster
from tests.unit.cli.report.conftest import HISTORY, METRICS, VERDICT
from tests.unit.hostile_json import HOSTILE_TEXTS, TEXTS, changed, each_place_with_each_value, written

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
# Pages are made in this process, and have the most places.
EXAMPLES_OF_PAGES = 6 * EXAMPLES
PROFILE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FUZZ_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)
CPU_LIMIT_S = 10
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SAID = json.loads(
    config_maps(RecordedRun(RUN, "smoke", "PASS", 1.7e9, ("because",), 5, 1, 2.5, 3.5, {"a": "b"}), {}, {})[1]["data"][
        "run.json"
    ]
)
FULL_STATE = STATE | {
    "verdict": VERDICT | {"run": RUN},
    "planned_s": 20,
    "workers": [{"id": "a", "state": "running", "users": 1, "cpu_percent": 5, "memory_bytes": 2**20}],
    "phase": {"name": "peak", "index": 0, "count": 2, "elapsed_s": 1, "duration_s": 5},
    "arrivals": {"planned": 5, "begun": 4, "dropped": 1, "unfinished": 0, "rate_per_s": 2.5},
}
Ended = Callable[..., int]


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ended:
    """Runs a command in a folder of its own; returns its exit code after it looked at all that it left."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    # A process that imports Locust, for each example; its own tests start it.
    for module in (records, wait_command):
        monkeypatch.setattr(module, "verdict_files", lambda *_: {"verdict.json": json.dumps(PASS).encode()})

    def run(*arguments: str, may_write: str = "out") -> int:
        before, begun = state_of(tmp_path), time.process_time()
        code = exit_code(arguments)
        said = "".join(capsys.readouterr())
        assert code in (0, 1, 2, 3), said
        assert "Traceback" not in said
        assert not CONTROL.search(said)
        assert time.process_time() - begun < CPU_LIMIT_S
        written_to = {
            path for path in state_of(tmp_path) ^ before if may_write not in path[0].relative_to(here).parts[:1]
        }
        assert written_to == set()
        return code

    return run


def state_of(folder: Path) -> set[tuple[Path, int]]:
    """Returns each file but what the false kubectl notes."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "calls")
    return {(path, path.stat().st_mtime_ns) for path in files if path.parent != folder}


def head_of(run_json: str, verdict_json: str = json.dumps(PASS)) -> dict[str, Any]:
    head = config_maps(RecordedRun(RUN, "smoke", "PASS", 1.7e9), {}, {})[1]
    return head | {"data": {"run.json": run_json, "verdict.json": verdict_json}}


def parts_of(archive: bytes) -> list[dict[str, Any]]:
    """The parts of a record whose digest agrees with whatever the archive holds."""
    (part,), _ = config_maps(RecordedRun(RUN, "smoke", "PASS", 1.7e9), {"a": b""}, {})
    part["metadata"]["annotations"]["swarmfile.io/archive"] = hashlib.sha256(archive).hexdigest()
    return [part | {"binaryData": {"part": base64.b64encode(archive).decode()}}]


@st.composite
def tars(draw: st.DrawFn) -> bytes:
    """Archives with any names and any kinds of members, some of them cut off or changed."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=draw(st.sampled_from([0, 1, 2]))) as tar:
        for _ in range(draw(st.integers(0, 4))):
            entry = tarfile.TarInfo(draw(st.sampled_from(["verdict.json", "a", "a/b"]) | TEXTS))
            entry.type = draw(st.sampled_from([b"0", b"0", b"1", b"2", b"3", b"5", b"6", b"S", b"x", b"L"]))
            entry.linkname = draw(st.sampled_from(["", "/etc/passwd", "../evil"]))
            content = draw(st.binary(max_size=600))
            entry.size = len(content)
            with suppress(ValueError, UnicodeError):
                tar.addfile(entry, io.BytesIO(content))
    plain = bytearray(file.getvalue())
    for _ in range(draw(st.integers(0, 3))):
        plain[draw(st.integers(0, len(plain) - 1))] = draw(st.integers(0, 255))
    return gzip.compress(bytes(plain)[: draw(st.integers(0, len(plain)))])


BLOCK = {"at_s": 0.0, "length_s": 10.0, "all": [4, 1, [1.5, 200], [3, 1]]}
ENDPOINT = ["GET /", 4, 1, [1.5, 200], [3, 1]]
# A file of blocks with some lines of another kind, and what is none.
BLOCKS = (
    st.lists(written(BLOCK) | written(ENDPOINT), max_size=12).map(lambda lines: gzip.compress(b"\n".join(lines)))
    | st.lists(
        st.builds(lambda at: json.dumps(BLOCK | {"at_s": at}).encode(), st.floats()), min_size=3, max_size=6
    ).map(lambda lines: gzip.compress(b"\n".join(lines)))
    | st.binary(max_size=1000).map(gzip.compress)
)
ARCHIVES = tars() | st.binary(max_size=100) | st.binary(max_size=1000).map(gzip.compress)


@PROFILE
@given(run_json=written(SAID), archive=ARCHIVES)
def test_a_reader_of_records_knows_one_kind_of_error(run_json: bytes, archive: bytes) -> None:
    with suppress(RecordError):
        read_head(head_of(run_json.decode("utf-8", "replace")))
    with suppress(RecordError):
        read_parts(parts_of(archive))


def test_results_lists_a_namespace_in_which_each_field_is_broken_once(ended: Ended, cluster: Cluster) -> None:
    records_of_all = [head_of(json.dumps(one)) for one in each_place_with_each_value(SAID)]
    cluster.answer("heads", {"items": records_of_all})
    assert len(records_of_all) > 500
    assert ended("results") == 0


def test_each_field_of_the_master_s_answer_is_shown_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    screen = console()
    for answer in each_place_with_each_value(FULL_STATE):
        with suppress(ValueError):
            state = parse(answer)
            screen.print(line(state))
            screen.print(table(state))
            show_verdict(screen, checked_verdict(state.verdict))
    assert not CONTROL.search(capsys.readouterr().out)


@PROFILE
@given(run_json=written(SAID))
def test_results_lists_a_namespace_whatever_a_record_says(ended: Ended, cluster: Cluster, run_json: bytes) -> None:
    cluster.answer("heads", {"items": [head_of(run_json.decode("utf-8", "replace")), head_of(json.dumps(SAID))]})
    assert ended("results") == 0


@PROFILE
@given(run_json=changed(SAID), archive=ARCHIVES)
def test_results_writes_into_its_folder_alone(ended: Ended, cluster: Cluster, run_json: object, archive: bytes) -> None:
    cluster.answer("heads", {"items": [head_of(json.dumps(run_json))]})
    cluster.answer("parts", {"items": parts_of(archive)})
    ended("results", RUN, "-o", "out")


@settings(PROFILE, max_examples=EXAMPLES_OF_PAGES)
@given(
    files=st.fixed_dictionaries(
        {},
        optional={
            "verdict.json": written(VERDICT),
            "metrics.json": written(METRICS),
            "state.json": written(STATE),
            "locust_stats_history.csv": st.binary(max_size=200)
            | TEXTS.map(lambda text: HISTORY.replace("5.5", text).encode("utf-8", "replace")),
        },
    )
)
def test_report_reads_any_folder(ended: Ended, tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    if ended("report", str(folder), "-o", "out.html", may_write="out.html") == 0:
        page = Path("out.html").read_text()
        assert not CONTROL.search(page.replace("\t", " "))
        assert page.count("<script>") == 1


@PROFILE
@given(verdict=written(PASS), metrics=written(METRICS))
def test_report_reads_any_record(ended: Ended, cluster: Cluster, verdict: bytes, metrics: bytes) -> None:
    run = RecordedRun(RUN, "smoke", "PASS", 1.7e9)
    parts, head = config_maps(run, {"verdict.json": verdict, "metrics.json": metrics}, {})
    cluster.answer("heads", {"items": [head]})
    cluster.answer("parts", {"items": parts})
    ended("report", RUN, may_write=f"{RUN}.html")


@PROFILE
@given(run_json=written(SAID))
def test_history_lists_a_namespace_whatever_a_record_says(ended: Ended, cluster: Cluster, run_json: bytes) -> None:
    cluster.answer("heads", {"items": [head_of(run_json.decode("utf-8", "replace")), head_of(json.dumps(SAID))]})
    assert ended("history", "smoke") == 0
    ended("baseline", "show")


@PROFILE
@given(verdict=written(PASS), metrics=written(METRICS))
def test_history_reads_any_folder(ended: Ended, tmp_path: Path, verdict: bytes, metrics: bytes) -> None:
    folder = tmp_path / "runs" / RUN
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "verdict.json").write_bytes(verdict)
    (folder / "metrics.json").write_bytes(metrics)
    ended("history", "smoke", "--results", str(folder.parent))


@PROFILE
@given(metrics=written(METRICS | {"run": RUN}), blocks=BLOCKS)
def test_compare_reads_any_record(ended: Ended, cluster: Cluster, metrics: bytes, blocks: bytes) -> None:
    files = {"verdict.json": json.dumps(PASS).encode(), "metrics.json": metrics, "blocks.jsonl.gz": blocks}
    parts, head = config_maps(RecordedRun(RUN, "smoke", "PASS", 1.7e9), files, {})
    cluster.answer("heads", {"items": [head]})
    cluster.answer("parts", {"items": parts})
    ended("compare", "--anyway", RUN, RUN)


@PROFILE
@given(metrics=written(METRICS | {"run": RUN}), blocks=BLOCKS)
def test_whatever_a_kept_run_says_is_compared_or_refused(metrics: bytes, blocks: bytes) -> None:
    with suppress(ValueError):
        run = kept_run(json.dumps(PASS).encode(), metrics, blocks)
        differences([run, replace(run, facts={})])
        compared([run, run], [run], 0.05)


@PROFILE
@given(state=written(FULL_STATE), run_json=changed(SAID), verdict=written(PASS), message=TEXTS)
def test_wait_believes_nobody_too_much(  # noqa: PLR0917 - hypothesis gives each by name
    ended: Ended, cluster: Cluster, state: bytes, run_json: object, verdict: bytes, message: str
) -> None:
    words = f"swarmfile: verdict PASS {message}\nswarmfile: reason: {message}"
    statuses = [{"name": "locust", "state": {"terminated": {"exitCode": 0, "message": words}}}]
    cluster.shows(workload(), pod(containerStatuses=statuses))
    (cluster.folder / "state").write_bytes(state)
    cluster.answer("heads", {"items": [head_of(json.dumps(run_json), verdict.decode("utf-8", "replace"))]})
    ended("wait", "--timeout", "0", "-o", "out")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_wait_shows_a_log_s_last_line_as_text(ended: Ended, cluster: Cluster, text: str) -> None:
    failed = [{"name": "locust", "state": {"terminated": {"exitCode": 1, "message": ""}}}]
    conditions = [{"type": "Failed", "status": "True"}]
    cluster.shows(workload("Job", conditions=conditions), pod(phase="Failed", containerStatuses=failed))
    (cluster.folder / "log").write_bytes(f"before\n{text}".encode("utf-8", "replace"))
    assert ended("wait") == 2


def test_a_record_that_inflates_to_a_gigabyte_is_one_line(ended: Ended, cluster: Cluster) -> None:
    archive = gzip.compress(bytes(3 << 26), 1)
    cluster.answer("heads", {"items": [head_of(json.dumps(SAID))]})
    cluster.answer("parts", {"items": parts_of(archive)})
    assert ended("results", RUN, "-o", "out") == 3
