"""The Lease of a target: who puts it under load, renewed while that lasts, and taken by one of many at once.

Whether a holder still lives is judged by watching: a Lease that is not renewed for its own duration by this process's
clock is free. So no two clocks are compared.
"""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from swarmfile.sidecar.kube import NOT_FOUND, ApiError, Cluster
from swarmfile.sidecar.record import LABEL
from swarmfile.untrusted.text import plain

GROUP = "coordination.k8s.io/v1"
DURATION_S = 10
LONGEST_DURATION_S = 60
LONGEST_TEXT = 300
# Who came later: the object changed, is there already, or is gone.
LATER = (http.client.CONFLICT, NOT_FOUND)
Object = dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """Who wants the target. holder: the pod; owner: its installation, namespace/settings; text: for people."""

    holder: str
    owner: str
    definition: str
    text: str


@dataclass(frozen=True)
class Held:
    """A Lease as it stands. holder: empty where nobody has it; version: its resourceVersion."""

    holder: str
    owner: str
    text: str
    version: str
    duration_s: float

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Held":
        """Returns what an object says, which others may have written: in bounds."""
        metadata, spec = manifest.get("metadata") or {}, manifest.get("spec") or {}
        notes = metadata.get("annotations") or {}
        seconds = spec.get("leaseDurationSeconds")
        return cls(
            holder=str(spec.get("holderIdentity") or ""),
            owner=str(notes.get(f"{LABEL}owner") or ""),
            text=plain(str(notes.get(f"{LABEL}text") or "its target is under load of another"))[:LONGEST_TEXT],
            version=str(metadata.get("resourceVersion") or ""),
            duration_s=min(seconds, LONGEST_DURATION_S) if isinstance(seconds, int) else DURATION_S,
        )


@dataclass
class Lease:
    """One Lease and this pod's claim to it; used by one thread at a time."""

    api: Cluster
    name: str
    claim: Claim
    version: str = ""

    def look(self) -> Held | None:
        """Returns the Lease, None where there is none. Raises ApiError."""
        try:
            return Held.of(self.api.get(f"leases/{self.name}"))
        except ApiError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def take(self, seen: Held | None) -> bool:
        """Takes the Lease as it was seen; False where another was faster. Raises ApiError."""
        now = moment()
        spec = {
            "holderIdentity": self.claim.holder,
            "leaseDurationSeconds": DURATION_S,
            "acquireTime": now,
            "renewTime": now,
        }
        notes = {f"{LABEL}{key}": getattr(self.claim, key) for key in ("owner", "definition")}
        notes[f"{LABEL}text"] = f"{self.claim.text} since {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC"
        return self._put({"metadata": {"name": self.name, "annotations": notes}, "spec": spec}, seen)

    def renew(self) -> bool:
        """Says that the holder lives; False where another has the Lease. Raises ApiError."""
        return self._put({"metadata": {"name": self.name}, "spec": {"renewTime": moment()}}, self._own())

    def release(self) -> None:
        """Deletes the Lease unless another has it. Raises ApiError."""
        try:
            self.api.delete(f"leases/{self.name}", self.version)
        except ApiError as error:
            if error.status not in LATER:
                raise

    def _own(self) -> Held:
        return Held(self.claim.holder, self.claim.owner, self.claim.text, self.version, DURATION_S)

    def _put(self, content: Object, seen: Held | None) -> bool:
        try:
            if seen is None:
                answer = self.api.create("leases", {"apiVersion": GROUP, "kind": "Lease", **content})
            else:
                content["metadata"]["resourceVersion"] = seen.version
                answer = self.api.change("leases", content)
        except ApiError as error:
            if error.status in LATER:
                return False
            raise
        self.version = Held.of(answer).version
        return True


def moment() -> str:
    """Returns now as Kubernetes writes it with microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
