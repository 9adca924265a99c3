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
from pathlib import PurePath
from typing import Any

from lib.results_names import SUMMARY, VERDICT

PREFIX = "swarmfile-run-"
LABEL = "swarmfile.io/"
RUNNING = "running"
# A ConfigMap holds 1 MiB, base64 grows by a third; divisible by 3, so that no padding stands between two parts.
PART_BYTES = 720_000
MOST_PARTS = 20
# Of a text in the head, which is one ConfigMap.
MOST_TEXT_BYTES = 300_000
BOUNDARY = re.compile(r"[^a-z0-9]+")
Object = dict[str, Any]


@dataclass(frozen=True)
class Run:
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
    """Returns the files of an archive; names with folders lose them. Raises RecordError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            members = [(PurePath(entry.name).name, tar.extractfile(entry)) for entry in tar if entry.isfile()]
            return {name: content.read() for name, content in members if name and content}
    except (tarfile.TarError, OSError, EOFError) as error:
        raise RecordError(f"its archive is damaged ({error})") from None


def config_maps(run: Run, files: Mapping[str, bytes], labels: Mapping[str, str]) -> tuple[list[Object], Object]:
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


def read_head(head: Mapping[str, Any]) -> Run:
    """Returns what a head says. Raises RecordError."""
    try:
        said = json.loads(head["data"]["run.json"])
        known = {key: said[key] for key in Run.__dataclass_fields__ if key in said}
        return Run(**{**known, "reasons": tuple(said["reasons"]), "left_out": tuple(said["left_out"])})
    except (KeyError, TypeError, ValueError) as error:
        name = head.get("metadata", {}).get("name")
        raise RecordError(f"ConfigMap {name} is no record of a run ({error!r})") from None


def read_parts(parts: Iterable[Mapping[str, Any]]) -> dict[str, bytes]:
    """Returns the files that the parts hold, in whichever order they come. Raises RecordError."""
    by_archive: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for part in sorted(parts, key=lambda part: str(part["metadata"]["name"])):
        annotations = part["metadata"].get("annotations") or {}
        said = (annotations.get(f"{LABEL}archive", ""), annotations.get(f"{LABEL}parts", ""))
        by_archive.setdefault(said, []).append(part)
    for (digest, number), together in by_archive.items():
        archive = b"".join(b64decode(part["binaryData"]["part"]) for part in together)
        if number == str(len(together)) and digest == hashlib.sha256(archive).hexdigest():
            return unpack(archive)
    if not by_archive:
        raise RecordError("its files are not there any more")
    raise RecordError("its parts do not belong together: it is being written, or its writer was cut off")


def _config_map(name: str, labels: Mapping[str, str], annotations: Mapping[str, str]) -> Object:
    metadata = {"name": name, "labels": dict(labels), "annotations": dict(annotations)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
