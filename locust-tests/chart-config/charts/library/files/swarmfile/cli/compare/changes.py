"""Change points in a history of runs, by E-divisive means as Apache Otava has them (Fleming et al. 2023, Hunter)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from statistics import fmean

BARS = "▁▂▃▄▅▆▇█"
# One in a thousand histories without a change shows one.
MOST_BY_CHANCE = 0.001
WINDOW = 30
# Beyond a shift that anyone would look after.
SMALLEST = 0.02
MISSING = 'change points need Apache Otava: pip install "swarmfile[history]"'


@dataclass(frozen=True)
class ChangePoint:
    """at: the index of the first run after it; before, after: means of the stretches on both sides."""

    at: int
    before: float
    after: float

    @property
    def change(self) -> float:
        """Relative."""
        return self.after / self.before - 1


def is_installed() -> bool:
    """Whether the optional library is there."""
    return find_spec("otava") is not None


def change_points(values: Sequence[float]) -> list[ChangePoint]:
    """Returns where the values' level changed. Raises ModuleNotFoundError where the library is missing."""
    found, _ = import_module("otava.analysis").compute_change_points(
        list(values), window_len=WINDOW, max_pvalue=MOST_BY_CHANCE, min_magnitude=SMALLEST
    )
    places = sorted(int(point.index) for point in found)
    edges = [0, *places, len(values)]
    return [
        ChangePoint(place, fmean(values[before:place]), fmean(values[place:after]))
        for before, place, after in zip(edges, places, edges[2:], strict=False)
    ]


def sparkline(values: Sequence[float | None]) -> str:
    """Returns a bar for each value, from the lowest to the highest; a blank for None."""
    known = [value for value in values if value is not None]
    low, span = (min(known), max(known) - min(known)) if known else (0.0, 0.0)
    return "".join(" " if value is None else BARS[int((value - low) / span * 7.999) if span else 3] for value in values)
