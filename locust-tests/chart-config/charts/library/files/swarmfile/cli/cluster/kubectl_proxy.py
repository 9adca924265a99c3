"""Holds one `kubectl proxy` and one connection through it, for whoever asks the cluster again and again.

kubectl gives the access, with whatever its configuration says: contexts, plugins that log in, proxies. The socket lies
in a folder that only this user can enter, and nothing but reading passes it.
"""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from swarmfile.cli.cluster.kubectl import ANSWER_TIMEOUT_S, MOST_BYTES, KubectlError, last_line

OPTIONS = ("--append-server-path", "--reject-methods=^(POST|PUT|PATCH|DELETE)$")
# A socket's path has at most 104 bytes on some systems.
LONGEST_PATH = 100
# The shell waits for the end of this process, however that comes, and takes kubectl and the folder with it. kubectl
# alone holds the two outputs, so that whoever reads them sees its end.
KEEPER = '"$@" & exec >&- 2>&-; read -r _; kill $!; wait $!; rm -rf "$0"'


class Proxy:
    """Starts with the first question, and again after it was lost."""

    def __init__(self, kubectl: Sequence[str]) -> None:
        self._kubectl = kubectl
        self._keeper: subprocess.Popen[bytes] | None = None
        self._connection: HTTPConnection | None = None
        self._hung_up = False

    def get(self, path: str, timeout_s: float = ANSWER_TIMEOUT_S, most: int = MOST_BYTES) -> tuple[int, bytes]:
        """Returns the status and the body of an answer. Raises KubectlError where there is none, or one too large."""
        self._hung_up = False
        try:
            return self._get(path, timeout_s, most)
        except (OSError, HTTPException) as error:
            if self._connection and (isinstance(error, TimeoutError) or self._hung_up):
                # The next question opens it again; kubectl stays.
                self._connection.close()
                raise KubectlError(f"kubectl: no answer: {error!r}") from None
            self.close()
        try:
            return self._get(path, timeout_s, most)
        except (OSError, HTTPException) as error:
            self.close()
            raise KubectlError(f"kubectl: no answer: {error!r}") from None

    def hang_up(self) -> None:
        """Lets whoever waits for an answer go on without one; may be called by a signal's handler."""
        self._hung_up = True
        if self._connection and self._connection.sock:
            try:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        """Ends kubectl; a further question starts it again."""
        if self._connection:
            self._connection.close()
        if self._keeper:
            assert self._keeper.stdin
            assert self._keeper.stdout
            self._keeper.stdin.close()
            self._keeper.stdout.close()
            self._keeper.wait()
        self._connection = self._keeper = None

    def _get(self, path: str, timeout_s: float, most: int) -> tuple[int, bytes]:
        connection = self._connection = self._connection or self._start()
        connection.timeout = timeout_s
        if connection.sock:
            connection.sock.settimeout(timeout_s)
        connection.request("GET", path, headers={"Accept": "application/json"})
        with connection.getresponse() as response:
            body = response.read(most + 1)
            if len(body) > most:
                connection.close()
                raise KubectlError(f"kubectl: {path}: the answer has more than {most:,} bytes")
            return response.status, body

    def _start(self) -> HTTPConnection:
        folder = _new_folder()
        command = [*self._kubectl, "proxy", f"--unix-socket={folder / 'api'}", *OPTIONS]
        with (folder / "errors").open("wb") as errors:
            self._keeper = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Ctrl-C ends the waiting; the last questions are asked after it.
                start_new_session=True,
            )
        assert self._keeper.stdout
        if not self._keeper.stdout.readline().startswith(b"Starting to serve"):
            said = (folder / "errors").read_text(encoding="utf-8", errors="replace")
            self.close()
            raise KubectlError(f"kubectl: {last_line(said)}")
        return _UnixConnection(folder / "api")


class _UnixConnection(HTTPConnection):
    """HTTP over a socket in the file system; kubectl asks for a local name in the Host header."""

    def __init__(self, place: Path) -> None:
        super().__init__("localhost")
        self._place = place

    def connect(self) -> None:
        """Connects to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._place))


def _new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="swarmfile-"))
    if len(str(folder / "api")) <= LONGEST_PATH:
        return folder
    shutil.rmtree(folder)
    return Path(tempfile.mkdtemp(prefix="swarmfile-", dir="/tmp"))
