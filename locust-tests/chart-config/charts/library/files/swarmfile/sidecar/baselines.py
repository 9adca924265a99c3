"""Lays the runs that a definition's baseline may mean beside the results, before the master starts.

Only what comparisons read of them, and only where a criterion speaks of a baseline. A script before this pod may have
left links on the volume: nothing is written through them.
"""

import json
import logging
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from swarmfile.definition.baseline import Baseline, of_setting
from swarmfile.results.baselines import FETCHED, MARKS
from swarmfile.results.names import BLOCKS, METRICS, VERDICT
from swarmfile.sidecar.age import BASELINE
from swarmfile.sidecar.kube import ApiError, Cluster
from swarmfile.sidecar.record import LABEL, RecordedRun, RecordError, label_value, read_head, read_parts
from swarmfile.sidecar.records import HEADS
from swarmfile.sidecar.restore import put
from swarmfile.verdict import Outcome

logger = logging.getLogger("swarmfile")
# Some of the last passes may be of another load; and a pod does not wait for more.
MORE = 3
MOST = 20


def fetch(api: Cluster, results: Path, test_type: str, setting: str) -> list[str]:
    """Writes the runs and says which of them are marked; returns their names. Logs what cannot be had."""
    try:
        baseline = of_setting(setting)
        heads = api.find("configmaps", f"{HEADS},{LABEL}type={label_value(test_type)}")
        runs = list(_meant(baseline, heads))
        _empty(results / FETCHED)
        put(results / FETCHED / MARKS, json.dumps({"runs": [run.run for run, is_marked in runs if is_marked]}).encode())
        return [run.run for run, _ in runs if _write(api, results / FETCHED / run.run, run)]
    except (ApiError, OSError, ValueError) as error:
        logger.error("swarmfile: the runs to compare with cannot be read: %s", error)
        return []


def _meant(baseline: Baseline, heads: Iterable[Mapping[str, Any]]) -> list[tuple[RecordedRun, bool]]:
    runs = []
    for head in heads:
        try:
            run = read_head(head)
        except RecordError:
            continue
        is_marked = (head["metadata"].get("labels") or {}).get(BASELINE) == "true"
        if run.outcome == Outcome.PASS and baseline.means(run.run, is_marked=is_marked):
            runs.append((run, is_marked))
    runs.sort(key=lambda pair: pair[0].at, reverse=True)
    return runs[: baseline.passes + MORE if baseline.passes else MOST]


def _empty(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.is_dir():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _write(api: Cluster, folder: Path, run: RecordedRun) -> bool:
    try:
        files = read_parts(api.find("configmaps", f"{LABEL}run={label_value(run.run)},{LABEL}part"))
    except RecordError as error:
        logger.warning("swarmfile: %s is no baseline: %s", run.run, error)
        return False
    folder.mkdir()
    for name in (VERDICT, METRICS, BLOCKS):
        if name in files:
            put(folder / name, files[name])
    return True
