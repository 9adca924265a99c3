"""`make demo`: a spike of half a minute on a small shop on this machine, whose search is too slow for it."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from demo.process import ROOT, running_target
from swarmfile.cli.main import exit_code
from swarmfile.verdict import EXIT_CODES, Outcome

STAGES = (
    "[{name: base, users: 10, spawnRate: 10, duration: 8s},"
    " {name: spike, users: 80, spawnRate: 40, duration: 12s},"
    " {name: recovery, users: 10, spawnRate: 80, duration: 8s}]"
)
# What everybody would ask of a shop; its search serves two at a time, so the first one breaks.
ASSERTIONS = """['p95 of "GET /search" < 400ms during "spike"', 'p95 of "POST /orders" < 400ms during "spike"']"""
TEST = ("--set", f"stages={STAGES}", "--set", f"assertions.criteria={ASSERTIONS}", "--workers", "2")
INTRODUCTION = """\
A shop on this machine gets 10 visitors, then 80 at once, then 10 again. Its search serves two at a time.
This is the test type spike with demo/visitors.py as its script, shortened to half a minute.
"""
FAILED = """
FAIL is right: the search serves two at a time, and under the spike visitors queued for it.
"""
NEXT = """
The report, one page for whoever asks how it went:
  {report}
Next, your own system:
  {swarmfile} run smoke --host https://shop.example.com
  HOST=https://shop.example.com helmfile --environment smoke apply
"""


def main(arguments: Sequence[str]) -> int:
    """Returns 0 where the run was judged as planned, else its exit code; options of `swarmfile run` may be added."""
    sys.stdout.write(INTRODUCTION)
    sys.stdout.flush()
    script = ("--locustfile", str(ROOT / "demo" / "visitors.py"))
    with running_target() as target:
        code = exit_code(["run", "spike", "--host", target.url, *script, *TEST, "--note", "make demo", *arguments])
    if code == EXIT_CODES[Outcome.FAIL]:
        sys.stdout.write(FAILED)
    if code in EXIT_CODES.values():
        sys.stdout.write(
            NEXT.format(report=newest_report(arguments), swarmfile=Path(sys.executable).parent / "swarmfile")
        )
    return 0 if code == EXIT_CODES[Outcome.FAIL] else code


def newest_report(arguments: Sequence[str]) -> Path:
    """Returns the report of the run that ended last."""
    line = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    line.add_argument("--results", type=Path, default=Path("results"))
    folder: Path = line.parse_known_args(arguments)[0].results
    return max(folder.glob("*/report.html"), key=lambda path: path.stat().st_mtime)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
