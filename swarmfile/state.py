"""Asks the master of a run on this machine for its state."""

import json
from urllib.request import ProxyHandler, build_opener

from lib.run_state_answer import ROUTE, State, parse

ANSWER_TIMEOUT_S = 5


def ask(url: str) -> State | None:
    """Returns the master's state, None while it does not answer."""
    try:
        # A proxy from the environment has no business on loopback.
        with build_opener(ProxyHandler({})).open(url + ROUTE, timeout=ANSWER_TIMEOUT_S) as response:
            return parse(json.load(response))
    except (OSError, ValueError):
        return None
