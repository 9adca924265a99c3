"""A run that was kept, as comparisons see it: its blocks, and what must be alike for them to be compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from swarmfile.definition import durations
from swarmfile.stats.blocks import Block, unpacked
from swarmfile.untrusted.json_fields import Fields, loads
from swarmfile.untrusted.run_name import is_run_name
from swarmfile.untrusted.text import plain

# What the definition says about judging, keeping and showing; the load and the target are the same whatever it says.
BESIDE_THE_LOAD = {"assertions", "validity", "results", "baseline", "runId", "metrics", "dashboards", "type"}
TOO_OLD = "it was written before blocks were kept: run it again to compare it"


@dataclass(frozen=True)
class KeptRun:
    """started_at in seconds since 1970; facts: by name what must be alike; blocks: without warm-up and cool-down

    problem: why it cannot be compared, "" where it can
    """

    run: str
    type: str
    outcome: str
    started_at: float
    host: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    blocks: Sequence[Block] = ()
    problem: str = ""

    @property
    def seconds(self) -> float:
        """How long the time that counts was."""
        return sum(block.length_s for block in self.blocks)


def kept_run(verdict: bytes, metrics: bytes, blocks: bytes | None) -> KeptRun:
    """Returns what the three files of a run say; None: there are no blocks. Raises ValueError."""
    judged, numbers = Fields.of(loads(verdict)), Fields.of(loads(metrics))
    name = judged.text("run")
    if not is_run_name(name) or numbers.text("run") != name:
        raise ValueError("its files are not those of one run")
    settings = numbers.mapping("settings")
    counted, problem = (_counted(blocks, numbers, settings), "") if blocks is not None else ((), TOO_OLD)
    return KeptRun(
        run=name,
        type=judged.text("type"),
        outcome=judged.text("outcome"),
        started_at=numbers.number("started_at", lowest=0),
        host=numbers.text("host", ""),
        facts=dict(_facts(numbers, settings.content)),
        blocks=counted,
        problem=problem,
    )


def differences(runs: Sequence[KeptRun]) -> list[str]:
    """Returns a sentence for each fact in which the runs are not alike."""
    names = sorted({name for run in runs for name in run.facts})
    said = []
    for name in names:
        there = list(dict.fromkeys(run.facts.get(name, "nothing") for run in runs))
        if len(there) > 1:
            said.append(f"{name}: {' and '.join(_short(each) for each in there)}")
    return said


def _facts(numbers: Fields, settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, digest in numbers.texts_by_name("digests").items():
        if name != "settings":
            yield name, digest
    for name, version in numbers.texts_by_name("versions").items():
        yield name, version
    yield "workers", str(len(numbers.each("workers")))
    yield "planned users", str(numbers.mapping("load").number("planned_users", 0))
    for key, value in settings.items():
        if key not in BESIDE_THE_LOAD and value:
            yield plain(f"settings.{key}"), plain(json.dumps(value, sort_keys=True))


def _counted(content: bytes, numbers: Fields, settings: Fields) -> tuple[Block, ...]:
    said = settings.mapping("assertions").content
    from_s, cool_down_s = (_seconds(said.get(key)) for key in ("warmUp", "coolDown"))
    to_s = numbers.number("elapsed_s", 0) - cool_down_s
    return tuple(each for each in unpacked(content) if each.at_s >= from_s and each.at_s + each.length_s <= to_s + 1)


def _seconds(value: object) -> float:
    return durations.seconds(value) if value else 0


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:12]}…"
