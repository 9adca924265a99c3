"""A real S3 storage for tests: versitygw, which checks each signature and keeps a bucket as a folder."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from swarmfile.cli.local.ports import free_port
from tests.waiting import wait_until

BUCKET = "runs"
REGION = "eu-central-1"
KEY_ID, SECRET = "canary-id", "canary-secret"


@dataclass(frozen=True)
class Storage:
    """A running one with one bucket."""

    url: str
    folder: Path

    @property
    def objects(self) -> dict[str, bytes]:
        """What the bucket holds, by path."""
        found = (self.folder / BUCKET).rglob("*")
        return {str(path.relative_to(self.folder / BUCKET)): path.read_bytes() for path in found if path.is_file()}


def environment(url: str) -> dict[str, str]:
    """Returns the sidecar's, as the chart writes it."""
    return {
        "SWARMFILE_S3_BUCKET": BUCKET,
        "SWARMFILE_S3_ENDPOINT": url,
        "SWARMFILE_S3_REGION": REGION,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


@contextmanager
def running_storage(program: Path, folder: Path, *flags: str | Path, scheme: str = "http") -> Iterator[Storage]:
    """Starts it on loopback, with flags before its backend's."""
    (folder / "data" / BUCKET).mkdir(parents=True)
    (folder / "notes").mkdir()
    port = free_port()
    # Where a file system has no extended attributes, notes lie in a folder of their own.
    backend = ["posix", f"--sidecar={folder / 'notes'}", str(folder / "data")]
    command = [program, f"--port=127.0.0.1:{port}", f"--region={REGION}", *flags, *backend]
    secrets = {"ROOT_ACCESS_KEY_ID": KEY_ID, "ROOT_SECRET_ACCESS_KEY": SECRET}
    with (folder / "log").open("wb") as log, started(command, secrets, log.fileno()):
        wait_until(lambda: listens(port), lambda: f"the storage does not listen on port {port}")
        yield Storage(f"{scheme}://localhost:{port}", folder / "data")


@contextmanager
def started(command: Sequence[str | Path], environment: Mapping[str, str], log: int) -> Iterator[None]:
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    with suppress(ConnectionError):
        HTTPConnection("127.0.0.1", port).connect()
        return True
    return False
