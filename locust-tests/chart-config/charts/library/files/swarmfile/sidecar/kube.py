"""The few requests to the Kubernetes API that a record needs, with the standard library alone."""

import http.client
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

# Holds token, ca.crt and namespace, as Kubernetes projects them.
ACCOUNT_VARIABLE = "SWARMFILE_API_ACCOUNT"
TIMEOUT_S = 10
NOT_FOUND = 404
# Requests that may succeed later although they were refused: too slow, in conflict, too many.
PASSING = (408, 409, 429)
Object = dict[str, Any]


class ApiError(Exception):
    """One line: what was asked and why it failed. `status` is the HTTP status, 0 where no answer came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status

    @property
    def lasting(self) -> bool:
        """Whether asking again is of no use: what was asked is not allowed, or too much."""
        return http.client.BAD_REQUEST <= self.status < http.client.INTERNAL_SERVER_ERROR and self.status not in PASSING


@dataclass(frozen=True)
class Cluster:
    """The API server of the pod's cluster, with a service account's rights.

    Paths are those of the core API in the pod's namespace, unless group and elsewhere name others.
    """

    account: Path
    host: str
    port: int
    group: str = "/api/v1"
    elsewhere: str = ""

    @classmethod
    def of_this_pod(cls, environ: Mapping[str, str] = os.environ) -> "Cluster":
        """Returns the cluster that the pod's environment names. Raises ApiError outside of a pod."""
        try:
            account, host = Path(environ[ACCOUNT_VARIABLE]), environ["KUBERNETES_SERVICE_HOST"]
        except KeyError as error:
            raise ApiError(f"{error.args[0]} is not set: this is not a pod with an account for the API") from None
        return cls(account, host, int(environ.get("KUBERNETES_SERVICE_PORT", "443")))

    @property
    def namespace(self) -> str:
        """The namespace of the pod, unless another was chosen. Raises OSError."""
        return self.elsewhere or self._account_file("namespace")

    def of_group(self, group: str, namespace: str = "") -> "Cluster":
        """Returns the same for another API group's paths (apps/v1), and for another namespace than the pod's."""
        return replace(self, group=f"/apis/{group}", elsewhere=namespace)

    def get(self, path: str) -> Object:
        """Returns an object. Raises ApiError."""
        return self._ask("GET", path)

    def find(self, path: str, selector: str) -> list[Object]:
        """Returns the objects with these labels. Raises ApiError."""
        found: list[Object] = self._ask("GET", f"{path}?{urlencode({'labelSelector': selector})}")["items"]
        return found

    def write(self, path: str, content: Object) -> Object:
        """Creates the object, or changes it to say this too, and returns it: labels that others set stay.

        Raises ApiError, with status 409 where the content names a resourceVersion that is not the newest.
        """
        try:
            return self.change(path, content)
        except ApiError as error:
            if error.status != NOT_FOUND:
                raise
            return self.create(path, content)

    def change(self, path: str, content: Object) -> Object:
        """Changes an object to say this too, and returns it. Raises ApiError as `write`."""
        return self._ask("PATCH", f"{path}/{content['metadata']['name']}", content, "application/merge-patch+json")

    def create(self, path: str, content: Object) -> Object:
        """Creates an object, and returns it. Raises ApiError."""
        return self._ask("POST", path, content)

    def delete(self, path: str, version: str = "") -> None:
        """Deletes an object, if it is there; with a resourceVersion only while that is the newest. Raises ApiError."""
        try:
            self._ask("DELETE", path, {"preconditions": {"resourceVersion": version}} if version else None)
        except ApiError as error:
            if error.status != NOT_FOUND:
                raise

    def _ask(
        self, method: str, path: str, content: Object | None = None, content_type: str = "application/json"
    ) -> Object:
        what = f"{method} {path.partition('?')[0]}"
        try:
            # The token is renewed on disk within its hour.
            headers = {"Authorization": f"Bearer {self._account_file('token')}", "Content-Type": content_type}
            connection = self._connect()
            try:
                body = None if content is None else json.dumps(content).encode()
                connection.request(method, f"{self.group}/namespaces/{self.namespace}/{path}", body, headers)
                response = connection.getresponse()
                return _answer(what, response.status, response.read())
            finally:
                connection.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ApiError(f"{what}: the Kubernetes API does not answer ({error})") from None

    def _account_file(self, name: str) -> str:
        return (self.account / name).read_text("utf-8").strip()

    def _connect(self) -> http.client.HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.account / "ca.crt"))
        return http.client.HTTPSConnection(self.host, self.port, timeout=TIMEOUT_S, context=context)


def _answer(what: str, status: int, body: bytes) -> Object:
    content: Object = json.loads(body) if body.startswith(b"{") else {}
    if status >= http.client.BAD_REQUEST:
        raise ApiError(f"{what}: {content.get('message') or f'HTTP status {status}'}", status)
    return content
