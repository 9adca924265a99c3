"""Gets prometheus-client where the image lacks it: pinned, and refused unless it is what its hash says."""

import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

# As in requirements/dev.txt.
REQUIREMENT = """\
prometheus-client==0.26.0 \\
    --hash=sha256:04a91bcf94e2cf74a44a1a874d651a2e853ed354b6e822f3b7487751465d5c2b \\
    --hash=sha256:fa93d06737aa02bacd05794768508bb97d2fbee28cb3bca04eaae92f0ca953d6
"""
TIMEOUT_S = 120


class InstallError(Exception):
    """Says in one line why there is no prometheus-client."""


def provide(folder: Path) -> None:
    """Makes prometheus_client importable, installing it to the folder where it is not. Raises InstallError."""
    if importlib.util.find_spec("prometheus_client"):
        return
    install(folder)
    # Appended: nothing that was installed stands in for the standard library.
    sys.path.append(str(folder))
    importlib.invalidate_caches()


def install(folder: Path) -> None:
    """Installs the pinned version to the folder by pip, from the index that pip is configured for."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        wanted = Path(temporary, "requirements.txt")
        wanted.write_text(REQUIREMENT, encoding="ascii")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        checked = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--retries=1"]
        command = [*pip, *checked, *_trust(), f"--target={folder}", f"--requirement={wanted}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InstallError(f"pip: {error}") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise InstallError(f"pip: {lines[-1]}")


def _trust() -> list[str]:
    # pip passes over an index without TLS; what comes from this one is checked by its hash.
    index = urlsplit(os.environ.get("PIP_INDEX_URL", ""))
    return [f"--trusted-host={index.netloc.rpartition('@')[2]}"] if index.scheme == "http" else []
