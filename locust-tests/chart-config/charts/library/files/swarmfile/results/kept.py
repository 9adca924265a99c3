"""What the sidecar tells its master of runs that ended: whether they are kept.

GET /kept answers with an object of them by run; under "*" stands what holds for each run that is not named.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ROUTE = "/kept"
EVERY_RUN = "*"
MOST_RUNS = 50


@dataclass(frozen=True)
class Kept:
    """problem: why a run is not kept, "" where it is; lasting: no use to wait until it is

    unreadable, too_large: files that are not kept, and why
    """

    problem: str = ""
    lasting: bool = True
    unreadable: Mapping[str, str] = field(default_factory=dict)
    too_large: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Kept":
        """Returns what one run's object says. Raises KeyError."""
        return cls(told["problem"], told["lasting"], told["unreadable"], told["too_large"])


class KeptRuns:
    """What is known of the last runs; noted by one thread and told by others."""

    def __init__(self) -> None:
        self._runs: dict[str, Kept] = {}

    def note(self, run: str, kept: Kept) -> None:
        """Replaces what was known of a run."""
        runs = {name: known for name, known in self._runs.items() if name != run}
        self._runs = dict([*runs.items(), (run, kept)][-MOST_RUNS:])

    def answer(self, _: str = "") -> tuple[int, str, bytes]:
        """Answers GET /kept."""
        told = {run: asdict(kept) for run, kept in self._runs.items()}
        return 200, "application/json", json.dumps(told).encode()
