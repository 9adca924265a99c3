"""Which workers took part in a run, and whose statistics are complete."""

from collections.abc import Mapping
from typing import Any

from locust.env import Environment
from locust.runners import STATE_MISSING, MasterRunner

from swarmfile.run.finished import Worker

# What a worker's report holds where no other will follow.
LEAVING = "swarmfile_leaving"


class WorkerLog:
    """Follows the reports that workers send every 3 s; one that says no user is left is a worker's last.

    The master's test_stop comes before those: only they tell that nothing is still to be counted.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._users: dict[str, int] = {}
        self._stopping = False
        self._gone: set[str] = set()
        self._left: set[str] = set()

    def look(self) -> None:
        """Notes who is there now, whether or not it reported yet."""
        for worker in self._clients():
            self._users.setdefault(worker, 1)

    def report(self, client_id: str, data: Mapping[str, Any]) -> None:
        """Notes a report."""
        self._users[client_id] = int(data.get("user_count", 0))
        if data.get(LEAVING):
            self._left.add(client_id)

    def stopping(self) -> None:
        """From now on nobody is complete who does not report again; who left before has said its last."""
        if self._stopping:
            return
        self.look()
        # From here on a worker that stopped is unknown to the master for a moment.
        self._gone = set(self._users) - set(self._clients())
        self._stopping = True
        # A worker that is itself told to end may have said its last a moment before the master stops.
        for worker in set(self._clients()) - self._left:
            self._users[worker] = max(1, self._users[worker])

    @property
    def pending(self) -> tuple[str, ...]:
        """The workers that live and whose last report is still to come."""
        gone = (
            self._missing() | self._left | (self._gone if self._stopping else set(self._users) - set(self._clients()))
        )
        return tuple(sorted(worker for worker, users in self._users.items() if users and worker not in gone))

    def workers(self) -> tuple[Worker, ...]:
        """Returns everyone who took part."""
        pending = self.pending
        return tuple(
            Worker(worker, reported=users == 0, missing=users != 0 and worker not in pending)
            for worker, users in sorted(self._users.items())
        )

    def _clients(self) -> Mapping[str, Any]:
        runner = self._environment.runner
        return runner.clients if isinstance(runner, MasterRunner) else {}

    def _missing(self) -> set[str]:
        return {id_ for id_, client in self._clients().items() if client.state == STATE_MISSING}
