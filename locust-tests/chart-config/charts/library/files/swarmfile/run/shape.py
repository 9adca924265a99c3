"""What a run knows of a load shape of ours: how long it lasts, its stage at a moment, and what came of its arrivals."""

from abc import abstractmethod

from locust import LoadTestShape

from swarmfile.run.finished import Phase, Tally


class PlannedShape(LoadTestShape):
    """A load shape that a test definition describes."""

    abstract = True  # Locust makes an instance of every other shape that it finds in a locustfile.

    @property
    @abstractmethod
    def duration_s(self) -> float | None:
        """Seconds that the load lasts; None without an end."""

    @abstractmethod
    def phase(self, at_s: float) -> Phase | None:
        """Returns the stage of that second of the run; None where there is none."""

    def tally(self) -> Tally | None:
        """Returns what came of the open model's arrivals; None for users."""
        return None
