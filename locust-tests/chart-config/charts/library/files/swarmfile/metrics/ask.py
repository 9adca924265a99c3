"""Asks the master for a snapshot, by the plugin's route."""

from __future__ import annotations

from http.client import HTTPException
from urllib.error import HTTPError

from swarmfile.metrics.snapshot import Snapshot, read
from swarmfile.run.state import METRICS_ROUTE
from swarmfile.untrusted.neighbour import get_json

# Some thousand endpoints with their buckets.
MOST_BYTES = 32 * 2**20


class NoAnswerError(Exception):
    """The master told nothing that is a snapshot; says why."""


def ask(master: str) -> Snapshot:
    """Returns what the master at this address tells now. Raises NoAnswerError."""
    url = master + METRICS_ROUTE
    try:
        return read(get_json(url, MOST_BYTES))
    except HTTPError as error:
        raise NoAnswerError(f"{url} answered {error.code}") from None
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise NoAnswerError(f"{url}: {error!r}") from None
