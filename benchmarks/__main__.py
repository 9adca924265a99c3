"""Runs the benchmarks: `python -m benchmarks [--quick | --only KIND]`."""

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.cases import KINDS, NAMES, TOOLS, Case, cases
from benchmarks.generators import Sample, measure
from benchmarks.report import Row, draw, markdown, read_json, replace_tables, write_json
from benchmarks.target import Target, running_target

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measures, prints tables, writes results/benchmarks.json."""
    options = arguments()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise SystemExit("benchmarks: two cores are needed, one for nginx and one for the generator")
    former = read_json(options.json) if options.only else []
    known = {row.case: row for row in former if row.case.kind != options.only}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, running_target(Path(folder), cores[1]) as target:
        rows = [known.get(case) or measured(case, target, cores[0], options) for case in cases(options.quick)]
    facts = machine()
    text = markdown(rows, facts)
    print(text)
    write_json(rows, facts, options.json)
    if options.write:
        replace_tables(ROOT / "BENCHMARKS.md", text)
        draw(rows, ROOT / "benchmarks" / "plot.svg")


def arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rows, one short run each: for a first look")
    parser.add_argument("--only", choices=KINDS, help="measure rows of this kind anew, and keep the others of --json")
    parser.add_argument("--runs", type=int, default=None, help="runs of each row, of which the median counts")
    parser.add_argument("--write", action="store_true", help="put the tables and the plot into BENCHMARKS.md")
    parser.add_argument("--json", type=Path, default=ROOT / "results" / "benchmarks.json", help="where samples go")
    parser.add_argument("--window", type=float, default=None, help="seconds that each run is measured for")
    return parser.parse_args()


def measured(case: Case, target: Target, core: int, options: argparse.Namespace) -> Row:
    """Measures all tools in turns, so that what else the machine does hits them alike."""
    window_s = options.window or (2.0 if options.quick else 4.0)
    samples: dict[str, list[Sample]] = {tool: [] for tool in TOOLS}
    for _ in range(options.runs or (1 if options.quick else 3)):
        for tool in TOOLS:
            samples[tool].append(measure(tool, case, target, core, window_s))
    row = Row(case, samples)
    print(case.title, *(f"{NAMES[tool]} {row.rate(tool):,.0f}/s" for tool in TOOLS), sep="  ", flush=True)
    return row


def machine() -> dict[str, str]:
    """Returns what the figures depend on."""
    cpu = next((line.partition(":")[2].strip() for line in cpu_lines() if line.startswith("model name")), "unknown")
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("locust", "gevent", "geventhttpclient", "requests", "k6")
    )
    memory = f"{psutil.virtual_memory().total / 2**30:.0f} GB"
    return {
        "CPU": f"{cpu}, {os.cpu_count()} cores",
        "Load by others": f"{os.getloadavg()[2]:.1f} runnable processes on average, this benchmark's included",
        "Memory": memory,
        "Kernel": platform.release(),
        "Python": platform.python_version(),
        "Packages": packages,
    }


def cpu_lines() -> list[str]:
    """Returns the lines of /proc/cpuinfo, none where there is none."""
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
