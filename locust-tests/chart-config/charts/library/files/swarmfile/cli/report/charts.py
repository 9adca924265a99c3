"""Turns a run's points into charts: lines in a box that CSS stretches, so that labels keep their size on a phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10

from swarmfile.cli.report.data import Point, Report, ReportedPhase
from swarmfile.cli.report.words import clock, number

# The box that lines are drawn in; a page stretches it.
WIDTH, HEIGHT = 1000, 200
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000)
Get = Callable[[Point], float | None]


@dataclass(frozen=True)
class ChartLine:
    """One quantity: its style's name, its words, and the SVG path."""

    style: str
    label: str
    path: str


@dataclass(frozen=True)
class Tick:
    """A label at some percent of an axis."""

    percent: float
    label: str


@dataclass(frozen=True)
class Band:
    """A phase: its left edge and its width in percent."""

    name: str
    left: float
    width: float


@dataclass(frozen=True)
class Chart:
    """What the page draws. `summary` says it to those who do not see it."""

    id: str
    title: str
    note: str
    summary: str
    lines: tuple[ChartLine, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Quantity:
    """What a line shows."""

    style: str
    label: str
    get: Get
    unit: str = ""


def charts(report: Report) -> tuple[Chart, ...]:
    """Returns users, rate, response times and errors over time; none where there are no points."""
    if len(report.points) < 2 or report.points[-1].at_s + report.points[-1].span_s <= 0:
        return ()
    percentiles = "of each moment" if report.exact else "of everything until then: what the run left when it was lost"
    return (
        _chart(report, "users", "Users", "", _users(report)),
        _chart(report, "rate", "Requests per second", "", [Quantity("main", "requests", lambda p: p.rate, "/s")]),
        _chart(
            report,
            "latency",
            "Response time in ms",
            f"Percentiles {percentiles}.",
            [
                Quantity("soft", "p50", lambda p: p.p50, " ms"),
                Quantity("main", "p95", lambda p: p.p95, " ms"),
                Quantity("high", "p99", lambda p: p.p99, " ms"),
            ],
        ),
        _chart(
            report, "errors", "Failures per second", "", [Quantity("bad", "failures", lambda p: p.failure_rate, "/s")]
        ),
    )


def _users(report: Report) -> list[Quantity]:
    present = Quantity("main", "present", lambda p: p.present)
    if not any(point.planned is not None for point in report.points):
        return [present]
    return [Quantity("plan", "planned", lambda p: p.planned), present]


def _chart(report: Report, name: str, title: str, note: str, quantities: Sequence[Quantity]) -> Chart:
    end_s = report.points[-1].at_s + report.points[-1].span_s
    highest = max((quantity.get(point) or 0.0 for point in report.points for quantity in quantities), default=0.0)
    up = ticks_up(highest)
    top = up[-1]
    lines = tuple(
        ChartLine(each.style, _label(each, report.points), path(report.points, each.get, end_s, top))
        for each in quantities
    )
    return Chart(
        id=f"chart-{name}",
        title=title,
        note=note,
        summary=f"{title} over {clock(end_s)}: {'; '.join(line.label for line in lines)}",
        lines=lines,
        across=tuple(Tick(100 * at_s / end_s, clock(at_s)) for at_s in ticks_across(end_s)),
        up=tuple(Tick(100 * value / top, number(value)) for value in up),
        bands=tuple(_band(phase, end_s) for phase in report.phases),
    )


def _label(quantity: Quantity, points: Sequence[Point]) -> str:
    values = [value for value in map(quantity.get, points) if value is not None]
    return f"{quantity.label}, at most {number(max(values))}{quantity.unit}" if values else f"{quantity.label}, none"


def _band(phase: ReportedPhase, end_s: float) -> Band:
    left, right = (min(100.0, 100 * at_s / end_s) for at_s in (phase.start_s, phase.end_s))
    return Band(phase.name, left, right - left)


def path(points: Sequence[Point], get: Get, end_s: float, top: float) -> str:
    """Returns the `d` of an SVG path; where nothing was measured the line is interrupted."""
    drawn, down = [], False
    for point in points:
        value = get(point)
        if value is not None:
            x = WIDTH * (point.at_s + point.span_s / 2) / end_s
            drawn.append(f"{'L' if down else 'M'}{x:.1f} {HEIGHT * (1 - value / top):.1f}")
            # A lone point is a dot: a line of no length with round ends.
            drawn += [] if down else ["h0"]
        down = value is not None
    return "".join(drawn)


def ticks_up(highest: float) -> list[float]:
    """Returns some round values from 0 to at least `highest`."""
    # Less than a millionth of anything shown here is nothing.
    if highest < 1e-6:
        return [0.0, 1.0]
    rough = highest / 4
    magnitude = 10.0 ** floor(log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * (1 - 1e-9))
    count = -int(-highest / step * (1 - 1e-9) // 1)
    return [round(step * each, 10) for each in range(count + 1)]


def ticks_across(end_s: float) -> list[float]:
    """Returns some round moments between the start and the end: few enough for a phone."""
    step_s = next((step for step in _STEPS_S if end_s / step <= 5), _STEPS_S[-1])
    return [float(at_s) for at_s in range(0, int(end_s) + 1, step_s)]
