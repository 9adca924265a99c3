"""The target: nginx with one worker on a core of its own, on loopback, which counts what reaches it."""

import http.client
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

HTTP_PORT, TLS_PORT = 8480, 8443
CONFIG = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 16384; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 3600s; sendfile on; tcp_nopush on;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  default_type text/plain;
  map $cookie_session $new_session {{ "" "session=0123456789abcdef; Path=/"; default ""; }}
  server {{
    listen 127.0.0.1:{http} backlog=16384; listen 127.0.0.1:{tls} ssl backlog=16384;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key; ssl_protocols TLSv1.3;
    location / {{ return 200 "Hello, world\\n"; }}
    location /cookies {{ add_header Set-Cookie $new_session; return 200 "Hello, world\\n"; }}
    location /unique {{ add_header X-Request-Id $request_id; return 200 "Hello, world\\n"; }}
    location /files/ {{ alias {folder}/files/; }}
    location /status {{ stub_status; }}
  }}
}}
"""


@dataclass
class Target:
    """The running nginx."""

    process: subprocess.Popen[bytes]
    asked: int = 0

    def requests(self) -> int:
        """Returns how many requests nginx has answered, without these questions."""
        connection = http.client.HTTPConnection("127.0.0.1", HTTP_PORT, timeout=30)
        connection.request("GET", "/status")
        text = connection.getresponse().read().decode()
        connection.close()
        self.asked += 1
        found = re.search(r"\n\s*\d+ \d+ (\d+)", text)
        if not found:
            raise RuntimeError(f"nginx's status reads unlike stub_status: {text!r}")
        return int(found[1]) - self.asked


@contextmanager
def running_target(folder: Path, core: int) -> Iterator[Target]:
    """Starts nginx on `core`; stops it in the end."""
    write_files(folder)
    command = ["taskset", "-c", str(core), nginx(), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        target = Target(process)
        try:
            wait_for(target)
            yield target
        finally:
            process.terminate()


def write_files(folder: Path) -> None:
    """Writes nginx's configuration, its certificate and what it serves."""
    (folder / "files").mkdir(parents=True)
    (folder / "files" / "10k").write_bytes(os.urandom(10_000))
    (folder / "files" / "100k").write_bytes(os.urandom(100_000))
    certificate = trustme.CA().issue_cert("localhost", "127.0.0.1")
    certificate.cert_chain_pems[0].write_to_path(folder / "server.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    # Workers of a root's nginx run as another user.
    for path in (folder, folder / "files"):
        path.chmod(0o755)
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, http=HTTP_PORT, tls=TLS_PORT))


def nginx() -> str:
    """Returns nginx's path; Debian's is installed where that is possible and it is missing."""
    return tool("nginx", "nginx-light")


def tool(name: str, package: str) -> str:
    """Returns a program's path, installing Debian's package as root where it is missing."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
        subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise SystemExit(f"benchmarks: {name} is missing; install the package {package}")
    return path


def wait_for(target: Target) -> None:
    """Returns once nginx answers."""
    for _ in range(200):
        try:
            target.asked = 0
            target.requests()
        except OSError:
            if target.process.poll() is not None:
                raise SystemExit("benchmarks: nginx did not start; is the port taken?") from None
            subprocess.run(["sleep", "0.05"], check=True)
        else:
            return
    raise SystemExit("benchmarks: nginx does not answer")
