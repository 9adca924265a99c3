"""Which file of the test data a script is given: the chart's templates and the laptop's command line choose alike."""

from typing import Any

_TWO = {"a.csv": "a", "b.csv": "b"}
_PROFILES = {name: {"users": 1, "spawnRate": 1, "runTime": 9, "selectedFile": f"{name}.csv"} for name in "ab"}

# Values of a test, and the file's name; none where the script has to choose itself.
CHOICES: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, ""),
    ({"testData": {"inline": "{}"}}, "batch_input.jsonl"),
    ({"testData": {"files": {"users.csv": "a"}}}, "users.csv"),
    ({"testData": {"files": _TWO}}, ""),
    ({"testData": {"files": _TWO, "selectedFile": "b.csv"}}, "b.csv"),
    ({"testData": {"files": _TWO, "inline": "{}"}}, "batch_input.jsonl"),
    ({"testData": {"file": "smoke.py"}}, "smoke.py"),
    ({"testData": {"file": "smoke.py", "files": _TWO}}, "smoke.py"),
    ({"testData": {"file": "smoke.py", "inline": "{}"}}, "batch_input.jsonl"),
    ({"testData": {"files": _TWO}, "profiles": _PROFILES, "loadTest": {"profile": "b"}}, "b.csv"),
    (
        {"testData": {"files": _TWO, "selectedFile": "a.csv"}, "profiles": _PROFILES, "loadTest": {"profile": "b"}},
        "a.csv",
    ),
)
