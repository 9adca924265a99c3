"""Results folders of runs that are made up."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from swarmfile.results.names import BLOCKS, METRICS, VERDICT
from swarmfile.stats.blocks import Block, packed


def files_of_run(
    name: str, blocks: Sequence[Block] | None, *, outcome: str = "PASS", test_type: str = "load", **metrics: object
) -> dict[str, bytes]:
    """Returns what a run of a minute leaves, as far as comparisons read it; None: from before blocks were kept."""
    verdict = {"run": name, "type": test_type, "outcome": outcome, "reasons": [], "assertions": []}
    numbers = {
        "run": name,
        "started_at": 1000.0,
        "elapsed_s": 60.0,
        "workers": [{"id": "one"}],
        "totals": {"requests": 1800, "failures": 0, "percentiles_ms": {"p95": 200.0}, "requests_per_s": 30.0},
        "tags": {},
        **metrics,
    }
    files = {VERDICT: json.dumps(verdict).encode(), METRICS: json.dumps(numbers).encode()}
    return files | ({BLOCKS: b"".join(map(packed, blocks))} if blocks is not None else {})


def write_run(results: Path, name: str, blocks: Sequence[Block] | None, **how: Any) -> Path:  # noqa: ANN401
    """Writes the run's folder and returns it."""
    folder = results / name
    folder.mkdir(parents=True)
    for file, content in files_of_run(name, blocks, **how).items():
        (folder / file).write_bytes(content)
    return folder
