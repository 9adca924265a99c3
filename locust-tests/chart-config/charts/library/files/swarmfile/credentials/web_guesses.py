"""Limits how fast a password can be guessed: nobody waits here, who is too early is refused without being compared.

Each address waits twice as long after each wrong login, and all addresses together have so many per minute. A right
login forgives nothing, or whoever shares an address with a program that logs in could guess as fast as that one asks.
"""

from dataclasses import dataclass, field

LONGEST_WAIT_S = 60.0
# More of them make no wait longer.
MOST_COUNTED = 10.0
# A wrong login is forgotten after so long.
FORGIVEN_AFTER_S = 60.0
# Of all addresses together: so many at once, then one in so many seconds.
TOGETHER = 20.0
TOGETHER_EVERY_S = 6.0
# Who guesses from ever new addresses must not fill the memory.
MOST_ADDRESSES = 1000


@dataclass
class Guesses:
    """The wrong logins of one process. Moments and waits in seconds of one clock."""

    _wrong: dict[str, tuple[float, float]] = field(default_factory=dict)
    _known: dict[str, None] = field(default_factory=dict)
    _left: float = TOGETHER
    _left_at: float = 0.0

    def wait_s(self, address: str, now: float) -> float:
        """Returns how long this address has to wait until its next login is looked at; 0: it need not."""
        count, last = self._wrong.get(address, (0.0, 0.0))
        own_s = last + min(LONGEST_WAIT_S, 2.0 ** (count - 1)) - now if count else 0.0
        # Who logged in before is not locked out by what others do from elsewhere.
        left = self._left_now(now)
        others_s = 0.0 if address in self._known or left >= 1 else (1 - left) * TOGETHER_EVERY_S
        return max(0.0, own_s, others_s)

    def wrong(self, address: str, now: float) -> None:
        """Notes a wrong login."""
        count, last = self._wrong.pop(address, (0.0, now))
        left = max(0.0, count - (now - last) / FORGIVEN_AFTER_S)
        self._wrong[address] = (min(MOST_COUNTED, left + 1), now)
        self._left, self._left_at = max(0.0, self._left_now(now) - 1), now
        _cut(self._wrong)

    def right(self, address: str) -> None:
        """Notes a right login."""
        self._known.pop(address, None)
        self._known[address] = None
        _cut(self._known)

    def _left_now(self, now: float) -> float:
        return min(TOGETHER, self._left + (now - self._left_at) / TOGETHER_EVERY_S)


def _cut(addresses: dict[str, tuple[float, float]] | dict[str, None]) -> None:
    if len(addresses) > MOST_ADDRESSES:
        del addresses[next(iter(addresses))]
