"""The questions of who follows a run, answered by the cluster's API over one connection."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import urlencode

from swarmfile.cli.cluster.kubectl import ANSWER_TIMEOUT_S, MOST_BYTES, Kubectl, KubectlError, last_line
from swarmfile.cli.cluster.kubectl_proxy import Proxy

GROUPS = {"jobs": "apis/batch/v1", "deployments": "apis/apps/v1"}
CORE = "api/v1"
OK = 200


@dataclass(frozen=True)
class Api(Kubectl):
    """A namespace like Kubectl's, of which one asks again and again."""

    proxy: Proxy = field(default_factory=lambda: Proxy(()))

    def objects(self, kind: str, selector: str = "", fields: str = "") -> list[dict[str, Any]]:
        """Returns the objects of a kind, such as `pods`. Raises KubectlError in the API server's words."""
        wanted = {"labelSelector": selector, "fieldSelector": fields}
        query = urlencode({name: text for name, text in wanted.items() if text})
        answer = json.loads(self.get(f"{self._path(kind)}?{query}"))
        # In a list objects do not name their kind.
        return [{"kind": answer["kind"].removesuffix("List"), **each} for each in answer["items"]]

    def object(self, kind: str, name: str) -> dict[str, Any]:
        """Returns one object. Raises KubectlError."""
        found: dict[str, Any] = json.loads(self.get(f"{self._path(kind)}/{name}"))
        return found

    def log(self, pod: str, container: str, lines: int, previous: bool) -> str:
        """Returns the last lines of a container, or of the one that ran before it. Raises KubectlError."""
        query = urlencode({"container": container, "tailLines": lines, "previous": str(previous).lower()})
        return self.get(f"{self._path('pods')}/{pod}/log?{query}")

    def get(self, path: str, timeout_s: float = ANSWER_TIMEOUT_S, most: int = MOST_BYTES) -> str:
        """Returns what the API server answers to a path. Raises KubectlError, also for more than `most` bytes."""
        status, body = self.proxy.get(path, timeout_s, most)
        text = body.decode("utf-8", "replace")
        return text if status == OK else _refuse(text)

    def _path(self, kind: str) -> str:
        return f"/{GROUPS.get(kind, CORE)}/namespaces/{self.namespace}/{kind}"


@contextmanager
def connected(kubectl: Kubectl) -> Iterator[Api]:
    """Yields the API behind a kubectl, and ends its proxy."""
    proxy = Proxy(kubectl.command())
    try:
        yield Api(kubectl.namespace, kubectl.context, proxy)
    finally:
        proxy.close()


def _refuse(text: str) -> NoReturn:
    """Raises KubectlError in the words in which kubectl would tell the refusal."""
    try:
        said = json.loads(text)
        reason, message = said["reason"], said["message"]
    except (ValueError, KeyError, TypeError):
        raise KubectlError(f"kubectl: {last_line(text)}") from None
    raise KubectlError(f"kubectl: Error from server ({reason}): {message}", str(reason))
