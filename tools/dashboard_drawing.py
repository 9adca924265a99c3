"""Draws the panels of a dashboard with what a Prometheus answered, in the places and units that the dashboard says."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

Panel = Mapping[str, Any]
# For each query its series, as Prometheus' API tells them.
Answers = Sequence[Sequence[Mapping[str, Any]]]

BACK, CARD, EDGE, TEXT, FAINT = "#111217", "#181b1f", "#2c3235", "#d8d9da", "#8e9297"
COLOURS = ("#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#f2495c", "#b877d9", "#37872d", "#8ab8ff")
OUTCOMES = {"PASS": "#73bf69", "FAIL": "#f2495c", "INVALID": "#ff9830", "held": "#73bf69", "broken": "#f2495c"}
UNITS_HIGH, UNIT_INCH, WIDE_INCH, GAP_INCH = 0.3, 0.3, 17.0, 0.1


def draw(board: Panel, answers: Mapping[int, Answers], path: Path) -> None:
    """Writes the picture."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    pyplot.rcParams.update({"text.color": TEXT, "font.size": 8, "font.family": "DejaVu Sans", "axes.labelcolor": FAINT})
    high = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"]) * UNIT_INCH
    figure = pyplot.figure(figsize=(WIDE_INCH, high + 0.5), facecolor=BACK)
    figure.text(0.006, 1 - 0.33 / (high + 0.5), board["title"], fontsize=13, weight="bold")
    for panel in board["panels"]:
        axes = card(figure, panel, high + 0.5)
        KINDS[panel["type"]](axes, panel, answers[panel["id"]])
    figure.savefig(path, dpi=72, facecolor=BACK, pil_kwargs={"optimize": True})


def card(figure: Any, panel: Panel, high: float) -> Any:  # noqa: ANN401 - matplotlib has no types
    """Returns the axes in a panel's place, below its title."""
    from matplotlib.patches import FancyBboxPatch

    place = panel["gridPos"]
    left, width = place["x"] / 24 * WIDE_INCH, place["w"] / 24 * WIDE_INCH
    top, height = place["y"] * UNIT_INCH + 0.5, place["h"] * UNIT_INCH
    box = (left + GAP_INCH / 2) / WIDE_INCH, 1 - (top + height - GAP_INCH / 2) / high
    size = (width - GAP_INCH) / WIDE_INCH, (height - GAP_INCH) / high
    figure.patches.append(
        FancyBboxPatch(
            box, *size, boxstyle="square,pad=0", transform=figure.transFigure, facecolor=CARD, edgecolor=EDGE, zorder=-1
        )
    )
    figure.text(box[0] + 0.1 / WIDE_INCH, box[1] + size[1] - 0.2 / high, panel["title"], weight="bold", fontsize=8.5)
    inner = (box[0] + 0.62 / WIDE_INCH, box[1] + 0.3 / high, size[0] - 0.75 / WIDE_INCH, size[1] - 0.62 / high)
    axes = figure.add_axes(inner, facecolor=CARD)
    axes.tick_params(colors=FAINT, labelsize=7, length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return axes


def stat(axes: Any, panel: Panel, answers: Answers) -> None:  # noqa: ANN401
    """One large number, or the name of a state."""
    axes.set_axis_off()
    if not any(answers):
        return
    newest = max(answers[0], key=lambda series: float(series["values"][-1][0]))
    value = float(newest["values"][-1][1])
    named = panel["options"]["textMode"] == "name"
    text = legend(panel["targets"][0], newest) if named else readable(value, panel["fieldConfig"]["defaults"]["unit"])
    axes.text(0.42, 0.45, text, fontsize=22, color=OUTCOMES.get(text, COLOURS[0]), ha="center", va="center")


def lines(axes: Any, panel: Panel, answers: Answers) -> None:  # noqa: ANN401
    """A line for each series, with its name below."""
    unit = panel["fieldConfig"]["defaults"]["unit"]
    colours = cycle(COLOURS)
    for target, found in zip(panel["targets"], answers, strict=True):
        for series in found:
            colour = next(colours)
            at, values = clock([at for at, _ in with_gaps(series)]), [value for _, value in with_gaps(series)]
            axes.plot(at, values, color=colour, linewidth=1.3, label=legend(target, series))
            axes.fill_between(at, values, color=colour, alpha=0.08, linewidth=0)
    over_time(axes, unit)
    axes.set_ylim(bottom=0)
    if any(answers):
        names(axes)


def names(axes: Any) -> None:  # noqa: ANN401
    """The legend, in one row where it fits."""
    kept = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    columns = 4 if max(map(len, kept)) < 40 else 2
    sizes = {"fontsize": 6.5, "handlelength": 1.2, "columnspacing": 1.2, "borderpad": 0, "labelspacing": 0.2}
    where = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.07)}
    axes.legend(kept.values(), kept, ncols=columns, frameon=False, **where, **sizes)


def over_time(axes: Any, unit: str) -> None:  # noqa: ANN401
    """Axes of time and of the unit."""
    from matplotlib.dates import AutoDateLocator, DateFormatter

    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=6))
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S"))
    axes.yaxis.set_major_formatter(lambda value, _: readable(value, unit))
    axes.grid(color=EDGE, linewidth=0.6)


def heat(axes: Any, _: Panel, answers: Answers) -> None:  # noqa: ANN401
    """How many responses lay in each bucket, second by second."""
    from matplotlib.colors import PowerNorm

    by_bound = sorted(answers[0], key=lambda series: float(series["metric"]["le"]))
    times = sorted({float(at) for series in by_bound for at, _ in series["values"]})
    upto = [[dict(map_values(series)).get(at, 0.0) for at in times] for series in by_bound]
    pairs = zip([[0.0] * len(times), *upto], upto, strict=False)
    counts = [[b - a if b > a else float("nan") for a, b in zip(low, high, strict=True)] for low, high in pairs]
    norm = PowerNorm(0.5, vmin=0)
    axes.pcolormesh(clock(times), range(len(counts)), counts, cmap="viridis", norm=norm, shading="nearest")
    over_time(axes, "s")
    axes.grid(visible=False)
    places = range(0, len(by_bound), 3)
    axes.set_yticks(places, [readable(float(by_bound[place]["metric"]["le"]), "s") for place in places])


def bands(axes: Any, panel: Panel, answers: Answers) -> None:  # noqa: ANN401
    """A band for each series, coloured where its value is another."""
    second = timedelta(seconds=1)
    for row, series in enumerate(answers[0]):
        for at, (_, value) in zip(moments(series), map_values(series), strict=True):
            axes.barh(row, second, left=at, height=0.8, color=COLOURS[int(value) % len(COLOURS)], linewidth=0)
        first = moments(series)[0] + second
        axes.text(first, row, legend(panel["targets"][0], series), color=BACK, fontsize=7, va="center", weight="bold")
    over_time(axes, "none")
    axes.grid(visible=False)
    axes.set_yticks([])


def rows(axes: Any, panel: Panel, answers: Answers) -> None:  # noqa: ANN401
    """A row for each set of labels, a column for each label and each query that is shown."""
    organized = panel["transformations"][1]["options"]
    columns, found = merged(panel, answers)
    shown = [name for name in columns if name not in organized["excludeByName"]]
    axes.set_axis_off()
    axes.set_xlim(0, len(shown))
    axes.set_ylim(-max(5, len(found)) - 0.5, 0.5)
    for x, name in enumerate(shown):
        axes.text(x, 0, organized["renameByName"].get(name, name), color="#6e9fff", fontsize=7.5, va="center")
        for y, row in enumerate(found, 1):
            text = row.get(name, "")
            axes.text(x, -y, shortened(text, 60), fontsize=7.5, va="center", color=OUTCOMES.get(text, TEXT))
    for y in range(len(found) + 1):
        axes.axhline(-y - 0.5, color=EDGE, linewidth=0.6)


def merged(panel: Panel, answers: Answers) -> tuple[list[str], list[dict[str, str]]]:
    """Returns the columns, and the rows that have the same labels together, as Grafana's `merge` does."""
    columns: dict[str, None] = {}
    found: dict[tuple[str, ...], dict[str, str]] = {}
    several = len(panel["targets"]) > 1
    for series in (series for answer in answers for series in answer):
        columns |= dict.fromkeys(series["metric"])
    keys = [name for name in columns if name != "state"]
    for target, answer in zip(panel["targets"], answers, strict=True):
        name = f"Value #{target['refId']}" if several else "Value"
        columns[name] = None
        for series in answer:
            row = found.setdefault(tuple(series["metric"].get(key, "") for key in keys), {})
            row.update(series["metric"])
            row[name] = readable(float(series["value"][1]), "short")
    return list(columns), list(found.values())


KINDS: dict[str, Callable[[Any, Panel, Answers], None]] = {
    "stat": stat,
    "timeseries": lines,
    "heatmap": heat,
    "state-timeline": bands,
    "table": rows,
}


def legend(target: Panel, series: Mapping[str, Any]) -> str:
    """Returns a series' name as the dashboard wants it."""
    text = str(target["legendFormat"])
    for name, value in series["metric"].items():
        text = text.replace("{{" + name + "}}", value)
    return shortened(text, 48)


def shortened(text: str, most: int) -> str:
    """Returns a text that fits."""
    return text if len(text) <= most else text[: most - 1] + "…"


def readable(value: float, unit: str) -> str:
    """Returns a number in its unit as Grafana writes it."""
    if unit == "s":
        return f"{value * 1000:.3g} ms" if abs(value) < 1 else f"{value:.3g} s"
    if unit == "percentunit":
        return f"{value * 100:.3g}%"
    if unit == "bytes":
        return f"{value / 2**20:.3g} MiB"
    return f"{value:.3g}" + (" req/s" if unit == "reqps" else "") if value < 1000 else f"{value:.0f}"


def map_values(series: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Returns times and numbers."""
    return [(float(at), float(value)) for at, value in series["values"]]


def with_gaps(series: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Returns times and numbers, with none where the series was absent for a while: no line leads there."""
    known = map_values(series)
    gaps = [(at + 1, float("nan")) for (at, _), (later, _) in pairwise(known) if later - at > 1.5]
    return sorted([*known, *gaps])


def moments(series: Mapping[str, Any]) -> list[datetime]:
    """Returns when each number was."""
    return clock([float(at) for at, _ in series["values"]])


def clock(times: Sequence[float]) -> list[datetime]:
    """Returns seconds since 1970 as moments."""
    return [datetime.fromtimestamp(at, UTC) for at in times]
