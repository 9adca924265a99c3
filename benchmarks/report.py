"""Turns samples into a table with ratios, a JSON file and a plot."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.cases import NAMES, TOOLS, Case
from benchmarks.generators import Sample

BEGIN, END = "<!-- what `python -m benchmarks --write` measured -->", "<!-- end of what was measured -->"
PEERS = ("k6", "fast", "http")


@dataclass(frozen=True)
class Row:
    """A case with the samples of each tool."""

    case: Case
    samples: Mapping[str, Sequence[Sample]]

    def rate(self, tool: str) -> float:
        """Requests per second on one core, the median of all runs."""
        return median(sample.requests_per_s for sample in self.samples[tool])

    def cpu_us(self, tool: str) -> float:
        """CPU microseconds per request, the median of all runs."""
        return median(sample.cpu_us_per_request for sample in self.samples[tool])

    def memory(self, tool: str) -> float:
        """Resident bytes, the median of all runs."""
        return median(sample.memory_bytes for sample in self.samples[tool])

    def missed(self, tool: str) -> int:
        """The largest difference between what nginx counted and what the tool reported."""
        return max((abs(sample.counted - sample.reported) for sample in self.samples[tool]), default=0)


def markdown(rows: Sequence[Row], facts: Mapping[str, str]) -> str:
    """Returns date, machine and all tables."""
    date = datetime.now(UTC).strftime("%Y-%m-%d")
    runs = max(len(samples) for row in rows for samples in row.samples.values())
    lines = [f"- {name}: {value}" for name, value in {"Date": date, "Runs of each row": runs, **facts}.items()]
    return "\n\n".join(["\n".join(lines), table(rows), cost_table(rows), memory_table(rows)])


def replace_tables(path: Path, text: str) -> None:
    """Puts `text` between the markers of a Markdown file."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def table(rows: Iterable[Row]) -> str:
    """Returns requests per second on one core, and ratios, as Markdown."""
    heads = [*(NAMES[tool] for tool in TOOLS), *(f"ours / {NAMES[peer]}" for peer in PEERS)]
    lines = [f"| Requests/s on one core | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for row in rows:
        rates = [f"{row.rate(tool):,.0f}" for tool in TOOLS]
        ratios = [f"{row.rate('swarm') / row.rate(peer):.1f}" for peer in PEERS]
        lines.append(f"| {row.case.title} | {' | '.join([*rates, *ratios])} |")
    return "\n".join(lines)


def cost_table(rows: Iterable[Row]) -> str:
    """Returns CPU per request, by how much the peers need more, and how exact each tool's own count was."""
    heads = [*(NAMES[tool] for tool in TOOLS), *(f"{NAMES[peer]} / ours" for peer in PEERS)]
    lines = [f"| CPU µs per request (requests miscounted) | {' | '.join(heads)} |", f"|---|{'---:|' * len(heads)}"]
    for row in rows:
        cells = [f"{row.cpu_us(tool):.1f} ({row.missed(tool)})" for tool in TOOLS]
        ratios = [f"{row.cpu_us(peer) / row.cpu_us('swarm'):.1f}" for peer in PEERS]
        lines.append(f"| {row.case.title} | {' | '.join([*cells, *ratios])} |")
    return "\n".join(lines)


def memory_table(rows: Sequence[Row]) -> str:
    """Returns the memory that a user costs, from the smallest and the largest row of the same kind."""
    small = sorted((row for row in rows if row.case.kind == "small"), key=lambda row: row.case.users)
    few, many = small[0], small[-1]
    lines = ["| Memory | MB for the first users | KB for each further user |", "|---|---:|---:|"]
    for tool in TOOLS:
        each = (many.memory(tool) - few.memory(tool)) / max(many.case.users - few.case.users, 1)
        lines.append(f"| {NAMES[tool]} | {few.memory(tool) / 1e6:.0f} | {each / 1e3:.0f} |")
    return "\n".join(lines)


def write_json(rows: Iterable[Row], facts: Mapping[str, str], path: Path) -> None:
    """Writes every sample, so that others can judge for themselves."""
    written = [
        {**asdict(row.case), "samples": {tool: [asdict(each) for each in row.samples[tool]] for tool in row.samples}}
        for row in rows
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"date": datetime.now(UTC).isoformat(timespec="seconds"), "machine": dict(facts), "rows": written}
    path.write_text(json.dumps(content, indent=1) + "\n")


def read_json(path: Path) -> list[Row]:
    """Reads what `write_json` wrote. Raises SystemExit where there is no such file."""
    if not path.exists():
        raise SystemExit(f"benchmarks: {path} is missing; run without --only first")
    rows = []
    for row in json.loads(path.read_text())["rows"]:
        samples = {tool: [Sample(**each) for each in found] for tool, found in row["samples"].items()}
        rows.append(Row(Case(row["kind"], row["users"], tuple(row["tools"])), samples))
    return rows


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draws requests per second against users for small responses."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    small = sorted((row for row in rows if row.case.kind == "small"), key=lambda row: row.case.users)
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for tool in (tool for tool in TOOLS if tool != "wrk"):
        axes.plot([row.case.users for row in small], [row.rate(tool) for row in small], marker="o", label=NAMES[tool])
    axes.set(xscale="log", xlabel="users", ylabel="requests/s on one core", ylim=(0, None))
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
