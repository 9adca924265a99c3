"""The command: it announces itself, speaks TLS when told, and ends at once."""

import re
import signal
import socket
import ssl
import subprocess
import sys
from importlib.metadata import requires
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


def test_it_serves_https_and_asks_for_a_certificate(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    authority = trustme.CA()
    own, root = tmp_path / "server.pem", tmp_path / "root.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(own)
    authority.cert_pem.write_to_path(root)
    trust = ssl.create_default_context(cafile=root)
    with running_target("--cert", str(own), "--client-ca", str(root)) as target:
        assert target.url.startswith("https://127.0.0.1:")
        with pytest.raises(OSError):  # noqa: PT011 - the words depend on who of the two is faster
            urlopen(target.url + "/health", context=trust, timeout=30)
        authority.issue_cert("client").configure_cert(trust)
        silent = socket.create_connection(("127.0.0.1", int(target.url.rsplit(":", 1)[1])))
        assert urlopen(target.url + "/health", context=trust, timeout=30).status == 200
        silent.close()
    assert "Traceback" not in capfd.readouterr().err


def test_it_needs_what_every_locust_image_has_alone() -> None:
    imports = re.findall(r"(?m)^\s*(?:import|from) (\w+)", "\n".join(p.read_text() for p in ROOT.glob("demo/*.py")))
    of_locust = {re.split(r"\W", each, maxsplit=1)[0] for each in requires("locust") or [] if "extra ==" not in each}
    makes_a_run = {"swarmfile", "locust"}  # demo.show and demo.visitors, which no pod gets to run
    assert set(imports) - sys.stdlib_module_names - {"demo", "_typeshed"} - makes_a_run <= of_locust
