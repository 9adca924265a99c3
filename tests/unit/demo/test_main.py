"""The command: it announces itself, speaks TLS when told, and ends at once."""

import signal
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
import trustme

from demo.process import ROOT, running_target


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_although_requests_are_open(number: signal.Signals) -> None:
    with running_target() as target:
        target.fault("hang")
        target.process.send_signal(number)
        assert target.process.wait(30) == 0


def test_a_taken_port_is_one_line() -> None:
    with running_target() as target:
        port = target.url.rsplit(":", 1)[1]
        command = [sys.executable, "-m", "demo", "--port", port]
        second = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert second.returncode == 3
    assert second.stderr.startswith("demo: ")
    assert second.stderr.count("\n") == 1


def test_it_serves_https(tmp_path: Path) -> None:
    authority = trustme.CA()
    pair = tmp_path / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pair)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with running_target("--cert", str(pair)) as target:
        assert target.url.startswith("https://127.0.0.1:")
        assert urlopen(target.url + "/health", context=trust, timeout=30).status == 200


def test_it_needs_the_standard_library_alone() -> None:
    isolated = [sys.executable, "-S", "-c", "import demo.__main__"]
    subprocess.run(isolated, check=True, cwd=ROOT, timeout=60)
