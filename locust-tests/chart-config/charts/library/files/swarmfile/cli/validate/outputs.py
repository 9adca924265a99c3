"""Writes findings as text, as JSON, as annotations of GitHub's pipelines, and as SARIF 2.1.0 for code scanning."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from swarmfile.cli.validate.finding import Finding, Level, line_in

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
Writer = Callable[[Path, Sequence[Finding]], str]


def as_text(_: Path, findings: Sequence[Finding]) -> str:
    """Returns one line for each finding; a warning says that it is one."""
    return "\n".join(f"{_prefix(finding)}{finding.message}" for finding in findings)


def as_json(root: Path, findings: Sequence[Finding]) -> str:
    """Returns a list of maps: level, message, file, line, key, types."""
    return json.dumps([_as_dict(root, finding) for finding in findings], indent=2, ensure_ascii=False)


def as_annotations(root: Path, findings: Sequence[Finding]) -> str:
    """Returns workflow commands, which GitHub shows beside the lines of the files."""
    return "\n".join(_annotation(root, finding) for finding in findings)


def as_sarif(root: Path, findings: Sequence[Finding]) -> str:
    """Returns a log of one run of the tool swarmfile."""
    rules = [{"id": level.value} for level in Level]
    tool = {"driver": {"name": "swarmfile", "rules": rules}}
    run = {"tool": tool, "results": [_result(root, finding) for finding in findings]}
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _prefix(finding: Finding) -> str:
    return "warning: " if finding.level is Level.WARNING else ""


def _as_dict(root: Path, finding: Finding) -> dict[str, object]:
    return {
        "level": finding.level.value,
        "message": finding.message,
        "file": finding.source,
        "line": line_in(root, finding),
        "key": finding.key,
        "types": list(finding.types),
    }


def _annotation(root: Path, finding: Finding) -> str:
    line = line_in(root, finding)
    place = f" file={_property(finding.source)},line={line}" if line else ""
    return f"::{finding.level.value}{place}::{_data(finding.message)}"


def _data(text: str) -> str:
    # What would end a workflow command or begin another one.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _result(root: Path, finding: Finding) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.level.value,
        "level": finding.level.value,
        "message": {"text": finding.message},
    }
    line = line_in(root, finding)
    if not line:
        return result
    place = {"artifactLocation": {"uri": finding.source}, "region": {"startLine": line}}
    return {**result, "locations": [{"physicalLocation": place}]}
