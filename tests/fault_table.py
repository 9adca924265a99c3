"""docs/verdict.md as the tests read it: which verdict a fault has, and what the verdict says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parents[1] / "docs" / "verdict.md"
ROW = re.compile(r"^\| (?P<fault>[^|]+?) \| (?P<outcome>PASS|FAIL|INVALID) \| (?:`(?P<says>.*)` )?\|$", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """A row: the outcome, and the sentence where there is one, with … for what differs."""

    outcome: str
    says: str | None

    def matches(self, sentence: str) -> bool:
        assert self.says
        return bool(re.fullmatch(".*".join(map(re.escape, self.says.split("…"))), sentence, re.DOTALL))


FAULTS = {row["fault"]: Fault(row["outcome"], row["says"]) for row in ROW.finditer(DOCUMENT.read_text("utf-8"))}


def assert_as_documented(fault: str, verdict: Mapping[str, Any]) -> None:
    """The verdict of a run that had this fault is the one of the table, and one of its sentences is the table's."""
    row = FAULTS[fault]
    assert verdict["outcome"] == row.outcome, verdict
    said = [*verdict["reasons"], *verdict.get("warnings", ())]
    assert not row.says or any(map(row.matches, said)), f"{row.says}\n{said}"
    assert row.says or not said, said
