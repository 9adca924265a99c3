"""How a run is kept in ConfigMaps: one head that says what it was, and parts that hold its files.

The head, `swarmfile-run-<run>`, has run.json, verdict.json and summary.md as text, so that they can be read with
kubectl alone. The parts, `swarmfile-run-<run>-01` and so on, hold one gzipped tar of the run's files, cut where base64
needs no padding: the parts' texts one after the other are the whole. Each part carries the archive's digest and how
many parts there are, so that a reader knows parts of two snapshots apart. Nothing owns these ConfigMaps: they outlive
pods and releases.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from swarmfile.results.names import SUMMARY, VERDICT
from swarmfile.run.state import RunState
from swarmfile.sidecar.archive import DamagedError, unpacked
from swarmfile.untrusted.json_fields import Fields, loads
from swarmfile.untrusted.run_name import is_run_name
from swarmfile.untrusted.text import plain
from swarmfile.verdict import Outcome

PREFIX = "swarmfile-run-"
LABEL = "swarmfile.io/"
RUNNING = RunState.RUNNING.value
# A ConfigMap holds 1 MiB, base64 grows by a third; divisible by 3, so that no padding stands between two parts.
PART_BYTES = 720_000
MOST_PARTS = 20
# The end of the year 9999, beyond which no calendar goes.
LATEST = 253_402_300_799
# Of a text in the head, which is one ConfigMap.
MOST_TEXT_BYTES = 300_000
BOUNDARY = re.compile(r"[^a-z0-9]+")
Object = dict[str, Any]


@dataclass(frozen=True)
class RecordedRun:
    """What the head says: run.json. Moments in seconds since 1970, times in milliseconds, rates per second."""

    run: str
    type: str
    outcome: str
    at: float
    reasons: tuple[str, ...] = ()
    requests: int = 0
    failures: int = 0
    p95_ms: float | None = None
    rate: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether this is a final state, not a snapshot."""
        return self.outcome != RUNNING


class RecordError(Exception):
    """Says in one line why a record cannot be read."""


def head_name(run: str) -> str:
    """Returns the name of the head: what Kubernetes allows of the run's id."""
    return PREFIX + label_value(run).lower()


def label_value(text: str) -> str:
    """Returns the text as a label may hold it; a text that must be changed gets a digest, so that two stay two."""
    plain = BOUNDARY.sub("-", text.lower()).strip("-")
    if plain == text and len(text) <= 63:
        return text
    return f"{plain[:52].strip('-')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}".lstrip("-")


def pack(files: Mapping[str, bytes]) -> tuple[bytes, tuple[str, ...]]:
    """Returns an archive that fits into the parts, and the names of the files that did not fit, the largest first."""
    names, left_out = sorted(files, key=lambda name: len(files[name])), list[str]()
    while True:
        archive = archived({name: files[name] for name in sorted(names)})
        if len(archive) <= PART_BYTES * MOST_PARTS:
            return archive, tuple(left_out)
        left_out.append(names.pop())


def archived(files: Mapping[str, bytes]) -> bytes:
    """Returns a gzipped tar; the same files give the same bytes."""
    archive = io.BytesIO()
    # Straight into the compressor: a second copy of all files would be too much for the sidecar's memory.
    with (
        gzip.GzipFile(fileobj=archive, mode="wb", mtime=0) as compressor,
        tarfile.open(fileobj=compressor, mode="w|") as tar,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def unpack(archive: bytes) -> dict[str, bytes]:
    """Returns the files of an archive. Raises RecordError."""
    try:
        return unpacked(archive)
    except DamagedError as error:
        raise RecordError(f"its archive is damaged ({error})") from None


def config_maps(run: RecordedRun, files: Mapping[str, bytes], labels: Mapping[str, str]) -> tuple[list[Object], Object]:
    """Returns the parts and the head of a run; the head is to be written last, since it says that the rest is there."""
    archive, left_out = pack(files)
    pieces = [archive[start : start + PART_BYTES] for start in range(0, len(archive), PART_BYTES)]
    common = {f"{LABEL}run": label_value(run.run), f"{LABEL}type": label_value(run.type)}
    annotations = {f"{LABEL}archive": hashlib.sha256(archive).hexdigest(), f"{LABEL}parts": str(len(pieces))}
    parts = [
        _config_map(f"{head_name(run.run)}-{number:02}", common | {f"{LABEL}part": f"{number:02}"}, annotations)
        | {"binaryData": {"part": b64encode(piece).decode("ascii")}}
        for number, piece in enumerate(pieces, 1)
    ]
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name not in left_out}
    said = asdict(run) | {"files": digests, "left_out": (*run.left_out, *left_out)}
    shown = (name for name in (VERDICT, SUMMARY) if len(files.get(name, b"")) in range(1, MOST_TEXT_BYTES))
    texts = {name: files[name].decode("utf-8", "replace") for name in shown}
    labels = common | {f"{LABEL}verdict": run.outcome, f"{LABEL}time": str(int(run.at)), **labels}
    head = _config_map(head_name(run.run), labels, annotations)
    return parts, head | {"data": {"run.json": json.dumps(said, indent=2) + "\n", **texts}}


def read_head(head: Mapping[str, Any]) -> RecordedRun:
    """Returns what a head says, each field checked, since anyone in the namespace may write one. Raises RecordError."""
    try:
        run = _run_of(Fields.of(loads(head["data"]["run.json"])))
        _refuse_another_name(head["metadata"], run.run)
        return run
    except (KeyError, TypeError, ValueError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else plain(str(error))
        raise RecordError(f"ConfigMap {object_name(head)} is no record of a run ({why})") from None


def _run_of(said: Fields) -> RecordedRun:
    outcome = said.text("outcome")
    if outcome not in (*Outcome, RUNNING):
        raise ValueError(f"outcome is {outcome[:40]!r}")
    return RecordedRun(
        run=name_of(said),
        type=said.text("type"),
        outcome=outcome,
        at=_moment(said),
        reasons=said.texts("reasons"),
        requests=said.count("requests", 0),
        failures=said.count("failures", 0),
        p95_ms=said.number_or_none("p95_ms", lowest=0),
        rate=said.number_or_none("rate", lowest=0),
        tags=said.texts_by_name("tags"),
        note=said.text("note", ""),
        files=said.texts_by_name("files"),
        left_out=said.texts("left_out"),
    )


def _refuse_another_name(metadata: Mapping[str, Any], run: str) -> None:
    # Who says of another's run what it was, or gets it deleted as an old one, must be able to write that run's head.
    if (metadata["name"], (metadata.get("labels") or {}).get(f"{LABEL}run")) != (head_name(run), label_value(run)):
        raise ValueError(f"it says that it is {run}")


def name_of(said: Fields, key: str = "run") -> str:
    """Returns a run's name, which becomes a path. Raises ValueError."""
    name = said.text(key)
    if not is_run_name(name):
        raise ValueError(f"{name[:60]!r} is no name of a run")
    return name


def _moment(said: Fields) -> float:
    at = said.number("at", lowest=0)
    if at > LATEST:
        raise ValueError(f"at is no moment: {at:g}")
    return at


def object_name(head: Mapping[str, Any]) -> str:
    """Returns what Kubernetes calls it."""
    return plain(str((head.get("metadata") or {}).get("name")))


def read_parts(parts: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """Returns the files that the parts hold, in whichever order they come. Raises RecordError."""
    by_archive: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for part in sorted(parts, key=object_name):
        annotations = (part.get("metadata") or {}).get("annotations") or {}
        said = (annotations.get(f"{LABEL}archive", ""), annotations.get(f"{LABEL}parts", ""))
        by_archive.setdefault(said, []).append(part)
    for (digest, number), together in by_archive.items():
        if number == str(len(together)) and len(together) <= MOST_PARTS:
            archive = b"".join(map(_piece, together))
            if digest == hashlib.sha256(archive).hexdigest():
                return unpack(archive)
    if not by_archive:
        raise RecordError("its files are not there any more")
    raise RecordError("its parts do not belong together: it is being written, or its writer was cut off")


def _piece(part: Mapping[str, Any]) -> bytes:
    try:
        return b64decode(part["binaryData"]["part"])
    except (KeyError, TypeError, ValueError):
        raise RecordError(f"ConfigMap {object_name(part)} is no part of a run") from None


def _config_map(name: str, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Object:
    metadata = {"name": name, "labels": dict(labels), "annotations": dict(annotations)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
