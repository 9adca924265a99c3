"""Remembers since when troubles stand: a flicker is not told, and no crash loop ends because a container restarts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from swarmfile.cli.cluster.pod_trouble import Trouble

# A pod that just came up may wait for a moment for what is being made beside it.
TOLD_AFTER_S = 5
# A container in a crash loop runs for moments in between.
FORGOTTEN_AFTER_S = 30
# A registry's hiccup or an operator that makes the Secret gets that long; what stands longer waits for a human.
HOPELESS_AFTER_S = 60


@dataclass
class LastingTrouble:
    """Moments in seconds of one clock."""

    trouble: Trouble
    since: float
    seen: float
    reported: bool = False


@dataclass
class Memory:
    """The troubles that were seen lately."""

    pending_timeout_s: float
    _known: dict[tuple[str, str], LastingTrouble] = field(default_factory=dict)

    def see(self, found: Iterable[Trouble], now: float) -> list[Trouble]:
        """Takes what was found now, and returns what is to be told: each trouble once."""
        for trouble in found:
            standing = self._known.setdefault((trouble.about, trouble.kind), LastingTrouble(trouble, now, now))
            standing.trouble, standing.seen = trouble, now
        self._known = {key: each for key, each in self._known.items() if now - each.seen <= FORGOTTEN_AFTER_S}
        news = [each for each in self._known.values() if not each.reported and now - each.since >= self._told_after_s]
        for each in news:
            each.reported = True
        return [each.trouble for each in news]

    def hopeless(self, now: float) -> Trouble | None:
        """Returns the trouble that stands for longer than one waits for its end."""
        for each in self._known.values():
            limit_s = self.pending_timeout_s if each.trouble.heals else min(HOPELESS_AFTER_S, self.pending_timeout_s)
            if each.seen == now and now - each.since >= limit_s:
                return each.trouble
        return None

    def worst(self, now: float) -> Trouble | None:
        """Returns a trouble that stands now, for a wait that ends by its own timeout."""
        return next((each.trouble for each in self._known.values() if each.seen == now), None)

    @property
    def _told_after_s(self) -> float:
        return min(TOLD_AFTER_S, self.pending_timeout_s)
