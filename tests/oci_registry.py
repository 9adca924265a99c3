"""A real OCI registry on loopback, with a certificate that clients trust by SSL_CERT_FILE."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from swarmfile.cli.local.ports import free_port
from tests.s3_storage import listens, started
from tests.waiting import wait_until

CONFIGURATION = """
version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http: {{addr: '127.0.0.1:{port}', tls: {{certificate: {folder}/tls.crt, key: {folder}/tls.key}}}}
"""


@dataclass(frozen=True)
class Registry:
    """A running one: host with port, the authority that vouches for it, and its log."""

    host: str
    authority: Path
    log: Path

    @property
    def variables(self) -> dict[str, str]:
        """What a client's environment needs, and where it keeps what it pulled."""
        kept = self.log.parent / "pulled"
        return {
            "SSL_CERT_FILE": str(self.authority),
            "HELMFILE_CACHE_HOME": str(kept / "helmfile"),
            "HELM_CACHE_HOME": str(kept / "helm"),
        }

    def push(self, helm: Path, chart: Path, version: str, repository: str) -> None:
        """Packages a chart and pushes it as helm does, to oci://<host>/<repository>/<the chart's name>."""
        made = self.log.parent / "made"
        self._helm(helm, "package", chart, f"--version={version}", f"--destination={made}")
        (package,) = made.iterdir()
        self._helm(helm, "push", package, f"oci://{self.host}/{repository}")
        package.unlink()

    def _helm(self, helm: Path, *arguments: str | Path) -> None:
        environment = os.environ | self.variables
        done = subprocess.run([helm, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@contextmanager
def running_registry(program: Path, folder: Path) -> Iterator[Registry]:
    """Starts it in a folder that keeps everything of it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.crt"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "tls.key"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "tls.crt"))
    port = free_port()
    (folder / "registry.yml").write_text(CONFIGURATION.format(folder=folder, port=port))
    command: list[str | Path] = [program, "serve", folder / "registry.yml"]
    with (folder / "log").open("wb") as log, started(command, os.environ, log.fileno()):
        wait_until(lambda: listens(port), (folder / "log").read_text)
        yield Registry(f"127.0.0.1:{port}", folder / "ca.crt", folder / "log")
