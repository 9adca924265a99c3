"""Runs the suites that need no cluster, several at a time, with a line every few seconds and one that adds all up.

python -m tests.side_by_side [--all]: without --all those that are marked slow are left out.
Each suite is a pytest of its own, whose failures and closing line are shown when it ends.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
EVERY_S = 8.0
# Real processes wait most of their time, renderings compute: side by side they take a third as long.
SUITES = {
    "processes a-m": ("tests/local/test_[a-m]*.py",),
    "processes n-z": ("tests/local/test_[n-z]*.py",),
    "units and renderings": ("tests/unit", "tests/chart", "tests/helmfile"),
}
FINISHED = re.compile(r"(tests/\S+\.py)::.* (PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b")
COLLECTED = re.compile(r"collected (\d+) items(?:.* (\d+) selected)?")
SKIPPED = re.compile(r"SKIPPED \[(\d+)\] \S+?:(?:\d+:)? (.*)")
COUNTED = re.compile(r"(\d+) (passed|failed|error|skipped|xfailed)")
CLOSING = re.compile(r"=+ (?=.*\d+ \w+.* in [\d.]+s)(.*) =+$")


@dataclass
class Suite:
    """One pytest: what it has told until now. `rest` is what it says after its last test."""

    name: str
    planned: int = 0
    last: str = ""
    seen: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    rest: list[str] = field(default_factory=list)
    code: int = 0

    def read(self, line: str) -> None:
        """Takes one line of its output."""
        if finished := FINISHED.match(line):
            self.last, outcome = finished.groups()
            self.seen[outcome] += 1
            self.rest.clear()
            if outcome in ("FAILED", "ERROR"):
                say(line)
        elif collected := COLLECTED.search(line):
            self.planned = int(collected[2] or collected[1])
        else:
            self.rest.append(line)
        if closing := CLOSING.match(line):
            self.counts = Counter({word: int(number) for number, word in COUNTED.findall(closing[1])})

    def run(self, command: Sequence[str]) -> None:
        """Runs it to its end, and shows what it says there."""
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout
            for line in process.stdout:
                self.read(line.rstrip("\n"))
        self.code = process.returncode
        say("\n".join([f"--- {self.name}", *folded(self.rest)]))


def main(arguments: Sequence[str]) -> int:
    """Returns 0 where each suite passed."""
    began_s, suites = time.monotonic(), [Suite(name) for name in SUITES]
    threads = [Thread(target=suite.run, args=(command(suite.name, "--all" in arguments),)) for suite in suites]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        next(thread for thread in threads if thread.is_alive()).join(EVERY_S)
        say(progress(suites, time.monotonic() - began_s))
    say(f"in {clock(time.monotonic() - began_s)}")
    say(total(suites))
    # One that a signal ended has a code below 0.
    return int(any(suite.code for suite in suites))


def command(name: str, is_all: bool) -> list[str]:
    """Returns the suite's pytest; each of its lines is for one test."""
    paths = [path for pattern in SUITES[name] for path in matching(pattern)]
    chosen = [] if is_all else ["-m", "not slow"]
    return [sys.executable, "-m", "pytest", "-v", "--color=no", "-o", "console_output_style=classic", *chosen, *paths]


def matching(pattern: str) -> Iterator[str]:
    """Yields the paths that a pattern names."""
    return (str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(pattern)))


def progress(suites: Sequence[Suite], passed_s: float) -> str:
    """Returns how far everything is, in a line."""
    seen = sum((suite.seen for suite in suites), Counter[str]())
    planned = sum(suite.planned for suite in suites)
    last = ", ".join(suite.last.removeprefix("tests/") for suite in suites if suite.seen.total() < suite.planned)
    broken = seen["FAILED"] + seen["ERROR"]
    return f"{clock(passed_s)}  {seen.total()} of {planned} tests, {broken} failed  {last}"


def folded(lines: Sequence[str]) -> Iterator[str]:
    """Yields the lines, in place of those of skipped tests one for each reason."""
    skipped = Counter[str]()
    for line in lines:
        if found := SKIPPED.match(line):
            skipped[found[2]] += int(found[1])
    for line in lines:
        if not (found := SKIPPED.match(line)):
            yield line
        elif number := skipped.pop(found[2], 0):
            yield f"SKIPPED [{number}] {found[2]}"


def total(suites: Sequence[Suite]) -> str:
    """Returns what pytest counted in all suites."""
    counts = sum((suite.counts for suite in suites), Counter[str]())
    failed = counts["failed"] + counts["error"]
    return f"total: {counts['passed']} passed, {failed} failed, {counts['skipped']} skipped"


def say(text: str) -> None:
    """Shows it at once, also where the output is a file."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def clock(seconds: float) -> str:
    """Returns minutes and seconds."""
    return f"{seconds // 60:.0f}:{seconds % 60:02.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
