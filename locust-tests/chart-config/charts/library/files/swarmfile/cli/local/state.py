"""Asks the master of a run on this machine for its state."""

from urllib.request import ProxyHandler, build_opener

from swarmfile.run.state import MOST_ANSWER_BYTES, ROUTE, State, parse
from swarmfile.untrusted.json_fields import loads

ANSWER_TIMEOUT_S = 5


def ask(url: str) -> State | None:
    """Returns the master's state, None while it does not answer."""
    try:
        # A proxy from the environment has no business on loopback.
        with build_opener(ProxyHandler({})).open(url + ROUTE, timeout=ANSWER_TIMEOUT_S) as response:
            return parse(loads(response.read(MOST_ANSWER_BYTES + 1), MOST_ANSWER_BYTES))
    except (OSError, ValueError):
        return None
