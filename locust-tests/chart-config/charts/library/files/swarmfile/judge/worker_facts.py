"""Sends the master, with each of Locust's reports, what a worker knows about whether it could measure."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import astuple
from pathlib import Path
from typing import Any

import gevent
from locust.env import Environment

from swarmfile.judge.probe import Probe
from swarmfile.judge.script import ListenerErrors, missing_data_file
from swarmfile.judge.silence import SilenceWatch

KEY = "swarmfile_worker"


class WorkerFacts:
    """What is known in one process: its busy seconds, errors of listeners, test data, and the requests it counted."""

    def __init__(self) -> None:
        self._probe = Probe()
        self._listeners = ListenerErrors()
        self._silence = SilenceWatch()
        self._node = node()
        self.reset()

    def start(self, environment: Environment) -> None:
        """Begins to watch this process."""
        logging.getLogger().addHandler(self._listeners)
        gevent.spawn(self._probe.run)
        gevent.spawn(self._silence.run, environment)

    def reset(self) -> None:
        """Begins a run: Locust has just cleared its statistics."""
        self._counted = 0
        self._began_cpu_s = time.process_time()
        self._silence.begin()

    def report(self, data: dict[str, Any]) -> None:
        """Adds the facts to a report that Locust has filled."""
        self._counted += data["stats_total"]["num_requests"]
        data[KEY] = self.facts(self._counted)

    def facts(self, counted: int) -> dict[str, Any]:
        """Returns what came since the last call, in a run of which this process counted so many requests."""
        errors, last = self._listeners.take()
        silence = self._silence.summary(counted)
        return {
            "now": time.time(),
            "counted": counted,
            "silence": astuple(silence) if silence else None,
            "cpuS": round(time.process_time() - self._began_cpu_s, 3),
            "seconds": [second.wire() for second in self._probe.take()],
            "pauses": self._probe.take_pauses(),
            "listenerErrors": [errors, last],
            "dataMissing": missing_data_file(),
            "node": self._node,
        }


def node() -> str:
    """Returns the Kubernetes node that this process runs on, empty where nobody told."""
    file = os.environ.get("SWARMFILE_NODE_FILE")
    try:
        return Path(file).read_text() if file else os.environ.get("SWARMFILE_NODE", "")
    except OSError:
        return ""
