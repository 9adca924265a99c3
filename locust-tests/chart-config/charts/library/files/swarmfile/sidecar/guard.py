"""Keeps two runs from the same target: holds its Lease from before the master starts until the run is over.

A target that is under load of another test makes the run wait, or be refused; of the same installation it waits for the
pod before. Where the API does not answer, nothing is guarded: a test is not lost for that.
"""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping

from swarmfile.run.state import RunState
from swarmfile.sidecar.kube import ApiError, Cluster
from swarmfile.sidecar.lease import GROUP, Claim, Held, Lease

logger = logging.getLogger("swarmfile")
REFUSE = "refuse"
LOOK_S = 0.5
RENEW_S = 2.0
UNDER_LOAD = (RunState.WAITING, RunState.SPAWNING, RunState.RUNNING, RunState.STOPPING)
AFTERWARDS = "apply this test again after that with another RUN_ID, or set guard.mode to wait or off"


class Guard:
    """What this pod does about its target. `refused`: why the run must not begin, empty where it may."""

    def __init__(self, lease: Lease, mode: str = REFUSE) -> None:
        self.refused = ""
        self._lease = lease
        self._mode = mode
        self._held = False
        self._lock = threading.Lock()
        self._said: set[str] = set()

    @property
    def held(self) -> bool:
        """Whether this pod holds the Lease, as far as it knows."""
        return self._held

    def answer(self, _: str = "") -> tuple[int, str, bytes]:
        """Answers GET /guard."""
        return 200, "application/json", json.dumps({"refused": self.refused}).encode()

    def begin(self, ended: threading.Event) -> None:
        """Returns once the run may begin, or is refused, or the pod is told to end."""
        try:
            while not ended.is_set() and not self._try(ended):
                pass
        except ApiError as error:
            self._say(f"the target is not guarded: {error}")

    def follow(self, ended: threading.Event) -> threading.Thread:
        """Renews the Lease in a thread that is returned, and gives it up after the event."""

        def until_ended() -> None:
            while not ended.wait(RENEW_S):
                self._guarded(self._renew)

        thread = threading.Thread(target=until_ended, daemon=True)
        thread.start()
        return thread

    def saw(self, state: RunState | None) -> None:
        """Is told what the master does: a run that ended frees the target, one that was started in the UI takes it."""
        if state in UNDER_LOAD and not self._held and not self.refused:
            self._guarded(self._take_late)
        elif state in (RunState.READY, RunState.STOPPED):
            self.give_up()

    def give_up(self) -> None:
        """Frees the target, if this pod has it."""
        self._guarded(self._release)

    def _try(self, ended: threading.Event) -> bool:
        """Returns whether it is decided: taken or refused."""
        seen = self._lease.look()
        if seen and seen.holder not in ("", self._lease.claim.holder) and not self._outlived(seen, ended):
            return bool(self.refused)
        with self._lock:
            self._held = not ended.is_set() and self._lease.take(seen)
        return self._held

    def _outlived(self, seen: Held, ended: threading.Event) -> bool:
        """Watches a Lease for as long as it is good; returns whether nobody renewed it."""
        limit = time.monotonic() + seen.duration_s
        while time.monotonic() < limit and not ended.wait(LOOK_S):
            now = self._lease.look()
            if now is None or now.version != seen.version:
                self._told(now)
                return False
        return not ended.is_set()

    def _told(self, now: Held | None) -> None:
        """A holder lives."""
        if now is None or not now.holder:
            return
        if self._mode == REFUSE and now.owner != self._lease.claim.owner:
            self.refused = f"{now.text}: {AFTERWARDS}"
        else:
            self._say(f"{now.text}: this test waits for its end")

    def _renew(self) -> None:
        if self._held and not self._lease.renew():
            self._held = False
            self._say("another run took the Lease of the target, which this pod did not renew in time")

    def _take_late(self) -> None:
        seen = self._lease.look()
        if seen is None or seen.holder in ("", self._lease.claim.holder):
            self._held = self._lease.take(seen)
        else:
            self._say(f"two runs at once: {seen.text}")

    def _release(self) -> None:
        if self._held:
            self._held = False
            self._lease.release()

    def _guarded(self, act: Callable[[], None]) -> None:
        with self._lock:
            try:
                act()
            except ApiError as error:
                self._say(f"the Lease of the target: {error}")

    def _say(self, text: str) -> None:
        """Says each once."""
        if text not in self._said:
            logger.warning("swarmfile: %s", text)
        self._said.add(text)


def guard_of(api: Cluster, environ: Mapping[str, str]) -> Guard | None:
    """Returns the guard that the pod's environment describes, None where there is none."""
    name, target = environ.get("SWARMFILE_GUARD_LEASE"), environ.get("SWARMFILE_GUARD_TARGET", "")
    if not name:
        return None
    pod, test = socket.gethostname(), environ.get("SWARMFILE_GUARD_TEST", "")
    claim = Claim(
        holder=f"{api.namespace}/{pod}",
        owner=f"{api.namespace}/{environ.get('SWARMFILE_SETTINGS_NAME', '')}",
        definition=environ.get("SWARMFILE_DEFINITION", "")[:32],
        text=f"{target} is under load of test {test} in namespace {api.namespace} (pod {pod})",
    )
    leases = api.of_group(GROUP, environ.get("SWARMFILE_GUARD_NAMESPACE", ""))
    return Guard(Lease(leases, name, claim), environ.get("SWARMFILE_GUARD") or REFUSE)
