"""A real S3 storage for tests: rclone, which checks each signature and keeps a bucket as a folder."""

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
# As rclone reads it from its environment: a line of CSV.
PAIR = f'"{KEY_ID},{SECRET}"'
# It looks at the folder anew for each request, as tests do, and at no configuration of this machine's user.
SERVE = ("serve", "s3", "--config=/dev/null", "--dir-cache-time=0s")


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
    """Starts it on loopback, with flags of its own."""
    (folder / "data" / BUCKET).mkdir(parents=True)
    port = free_port()
    command = [program, *SERVE, f"--addr=127.0.0.1:{port}", *flags, folder / "data"]
    with (folder / "log").open("wb") as log, started(command, {"RCLONE_AUTH_KEY": PAIR}, log.fileno()):
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
