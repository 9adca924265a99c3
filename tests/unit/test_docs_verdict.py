"""docs/verdict.md: what runs do not show of it; tests/local and tests/cluster hold its table against real faults."""

import re
from pathlib import Path

import pytest
import yaml

from swarmfile.definition.validity import Effect, Reason, of_settings
from tests.fault_table import DOCUMENT, FAULTS

TEXT = DOCUMENT.read_text("utf-8")
ROOT = Path(__file__).parents[2]
SUITES = (ROOT / "tests" / "local", ROOT / "tests" / "cluster")
TESTS = "".join(path.read_text("utf-8") for suite in SUITES for path in suite.glob("*.py"))
LIBRARY = ROOT / "locust-tests" / "chart-config" / "charts" / "library" / "files" / "swarmfile"
CODE = "".join(path.read_text("utf-8") for path in sorted(LIBRARY.rglob("*.py")))


def test_the_whole_table_is_read() -> None:
    rows = re.findall(r"^\| (.*?) \| (?:PASS|FAIL|INVALID) \|", TEXT, re.MULTILINE)
    assert list(FAULTS) == rows
    assert len(rows) > 25


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_happens_in_a_test(fault: str) -> None:
    assert f'"{fault}"' in TESTS


def test_every_reason_can_be_set_as_shown() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    validity = of_settings(yaml.safe_load(example)["validity"])
    assert list(validity.effects) == list(Reason)
    assert set(validity.effects.values()) == set(Effect)


def test_every_reason_has_its_sentences_and_they_are_the_codes() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT, re.MULTILINE))
    assert list(rows) == list(Reason)
    sentences = [
        part for row in rows.values() for sentence in re.findall("`(.*?)`", row) for part in sentence.split("…")
    ]
    assert [part for part in sentences if part.strip(" ():").strip() and part.strip(" ():") not in CODE] == []
