"""The runs of a results folder that may be baselines, and those of them that are marked as such.

A laptop's runs are all there; in a pod the sidecar lays those that the cluster keeps into a folder of their own.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from swarmfile.compare.kept import KeptRun, kept_run
from swarmfile.results.names import BLOCKS, METRICS, VERDICT
from swarmfile.untrusted.json_fields import Fields, loads
from swarmfile.verdict import Outcome

MARKS = ".baselines.json"
FETCHED = ".baselines"


def passes(results: Path, test_type: str) -> Iterator[KeptRun]:
    """Yields the runs of a type that passed, the newest first; what cannot be read is passed over."""
    verdicts = [path for folder in (results, results / FETCHED) for path in folder.glob(f"*/{VERDICT}")]
    for path in sorted(verdicts, key=_written_at, reverse=True):
        run = _read(path.parent) if _is_pass(path, test_type) else None
        if run is not None:
            yield run


def marked(results: Path) -> set[str]:
    """Returns the names of the runs that are marked as baselines."""
    found = set[str]()
    for place in (results, results / FETCHED):
        try:
            found.update(Fields.of(loads((place / MARKS).read_bytes())).texts("runs"))
        except (OSError, ValueError):
            continue
    return found


def mark(results: Path, run: str, *, is_baseline: bool) -> None:
    """Marks a run of the folder, or takes the mark off. Raises OSError."""
    runs = {each for each in marked(results) if (results / each).is_dir()} - {run} | ({run} if is_baseline else set())
    draft = results / f"{MARKS}.part"
    draft.write_text(json.dumps({"runs": sorted(runs)}) + "\n", encoding="utf-8")
    draft.replace(results / MARKS)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _is_pass(path: Path, test_type: str) -> bool:
    try:
        said = Fields.of(loads(path.read_bytes()))
        return (said.text("type"), said.text("outcome")) == (test_type, Outcome.PASS)
    except (OSError, ValueError):
        return False


def _read(folder: Path) -> KeptRun | None:
    try:
        blocks = (folder / BLOCKS).read_bytes() if (folder / BLOCKS).is_file() else None
        return kept_run((folder / VERDICT).read_bytes(), (folder / METRICS).read_bytes(), blocks)
    except (OSError, ValueError):
        return None
