import base64
import io
import json
import random
import re
import tarfile
from typing import Any

import pytest

from swarmfile.sidecar.record import (
    MOST_PARTS,
    PART_BYTES,
    RecordedRun,
    RecordError,
    config_maps,
    head_name,
    label_value,
    pack,
    read_head,
    read_parts,
    unpack,
)

RUN = RecordedRun(
    "smoke-20260101-101010-ab12", "smoke", "FAIL", 1767262210.5, ("p95 was slow",), 10, 1, 12.5, 3.25, {"a": "b"}
)
FILES = {"verdict.json": b'{"outcome": "FAIL"}', "summary.md": "# ü".encode(), "report.html": b"<html>"}


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def kept(files: dict[str, bytes]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    return config_maps(RUN, files, {"swarmfile.io/definition": "abc"})


def test_what_was_kept_is_read_back() -> None:
    parts, head = kept(FILES)
    read = read_head(head)
    assert (read.run, read.outcome, read.reasons, read.tags) == (RUN.run, "FAIL", ("p95 was slow",), {"a": "b"})
    assert (read.at, read.p95_ms, read.rate) == (1767262210.5, 12.5, 3.25)
    assert read_parts(parts) == FILES


def test_the_head_can_be_read_without_us() -> None:
    _, head = kept(FILES)
    assert head["data"]["summary.md"] == "# ü"
    assert head["metadata"]["labels"] == {
        "swarmfile.io/run": RUN.run,
        "swarmfile.io/type": "smoke",
        "swarmfile.io/verdict": "FAIL",
        "swarmfile.io/time": "1767262210",
        "swarmfile.io/definition": "abc",
    }


def test_many_bytes_are_spread_over_config_maps_below_one_mebibyte_and_read_in_any_order() -> None:
    files = {"big.csv": noise(3_000_000)}
    parts, _ = kept(files)
    assert len(parts) == 5
    assert all(len(str(part)) < 1024 * 1024 for part in parts)
    assert read_parts(reversed(parts)) == files


def test_the_parts_texts_one_after_the_other_are_one_base64_text_of_a_tar() -> None:
    files = {"big.csv": noise(2_000_000), "a.txt": b"a"}
    parts, _ = kept(files)
    text = "".join(part["binaryData"]["part"] for part in parts)
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(text, validate=True)), mode="r:gz") as tar:
        assert sorted(tar.getnames()) == ["a.txt", "big.csv"]


def test_the_same_files_give_the_same_archive() -> None:
    assert pack(FILES) == pack(dict(reversed(FILES.items())))


def test_files_that_do_not_fit_are_left_out_by_name_the_largest_first() -> None:
    archive, left_out = pack({"huge.csv": noise(PART_BYTES * MOST_PARTS + 1), "small.csv": b"1"})
    assert left_out == ("huge.csv",)
    assert unpack(archive) == {"small.csv": b"1"}


def test_parts_of_two_snapshots_are_told_apart() -> None:
    older, _ = kept({"a": noise(1_000_000)})
    newer, _ = kept({"a": b"short"})
    assert read_parts([newer[0], older[1]]) == {"a": b"short"}


@pytest.mark.parametrize(
    ("numbers", "sentence"), [([], "not there any more"), ([0], "do not belong together"), ([1], "do not belong")]
)
def test_missing_parts_are_noticed(numbers: list[int], sentence: str) -> None:
    parts, _ = kept({"a": noise(1_000_000)})
    with pytest.raises(RecordError, match=sentence):
        read_parts([parts[number] for number in numbers])


def test_changed_parts_are_noticed() -> None:
    parts, _ = kept(FILES)
    parts[0]["binaryData"]["part"] = base64.b64encode(b"other").decode()
    with pytest.raises(RecordError, match="do not belong together"):
        read_parts(parts)


def test_a_file_cannot_be_written_outside_of_the_folder() -> None:
    parts, _ = kept({"../../evil": b"x"})
    with pytest.raises(RecordError, match=r"'\.\./\.\./evil' is no name of a file"):
        read_parts(parts)


def test_a_part_without_bytes_is_named() -> None:
    parts, _ = kept(FILES)
    del parts[0]["binaryData"]
    with pytest.raises(RecordError, match="swarmfile-run-smoke-20260101-101010-ab12-01 is no part of a run"):
        read_parts(parts)


@pytest.mark.parametrize("content", [{}, {"data": {}}, {"data": {"run.json": "{"}}, {"data": {"run.json": "[]"}}])
def test_a_foreign_config_map_is_no_record(content: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="ConfigMap other is no record of a run"):
        read_head(content | {"metadata": {"name": "other"}})


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("at", 1e30, "at is no possible number: 1e+30"),
        ("at", 1e13, "at is no moment: 1e+13"),
        ("at", None, "at is missing"),
        ("at", True, "at is no number: bool"),
        ("run", "[/nope]", "'[/nope]' is no name of a run"),
        ("run", "../../etc", "'../../etc' is no name of a run"),
        ("run", "smoke-another", "it says that it is smoke-another"),
        ("requests", 10**400, "requests is no possible number"),
        ("requests", -1, "requests is no possible number"),
        ("reasons", "text", "reasons is no list"),
        ("reasons", [{}], "reasons is no text: dict"),
        ("outcome", "GREAT", "outcome is 'GREAT'"),
        ("tags", [], "tags is no object"),
    ],
)
def test_a_field_that_cannot_be_is_named(field: str, value: object, why: str) -> None:
    _, head = kept(FILES)
    head["data"]["run.json"] = json.dumps(json.loads(head["data"]["run.json"]) | {field: value})
    with pytest.raises(RecordError) as refused:
        read_head(head)
    assert str(refused.value) == f"ConfigMap {head_name(RUN.run)} is no record of a run ({why})"


def test_texts_of_a_head_command_no_terminal() -> None:
    _, head = kept(FILES)
    said = {"reasons": ["\x1b]52;c;eA==\x07"], "note": "a\nb", "tags": {"\x9b2J": 5}}
    head["data"]["run.json"] = json.dumps(json.loads(head["data"]["run.json"]) | said)
    read = read_head(head)
    assert (read.reasons, read.note, read.tags) == (("\\x1b]52;c;eA==\\x07",), "a\\nb", {"\\x9b2J": "5"})


@pytest.mark.parametrize("run", ["smoke-20260101-101010-ab12", "My_Type-20260101-101010-ab12", "x" * 90, "über"])
def test_every_run_gets_a_name_and_a_label_that_kubernetes_takes(run: str) -> None:
    assert re.fullmatch(r"swarmfile-run-[a-z0-9]([-a-z0-9]*[a-z0-9])?", head_name(run))
    assert re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", label_value(run))


def test_names_that_become_alike_stay_two() -> None:
    assert len({head_name(run) for run in ("a-b", "a_b", "A-b")}) == 3
