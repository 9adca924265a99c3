"""Locust as a pod starts it: script, library, settings and credentials in one folder, the plugin beside the script."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LIBRARY = Path(__file__).parents[2] / "locust-tests" / "chart-config" / "charts" / "in-pod" / "files" / "lib"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(condition: Callable[[], object]) -> None:
    limit_s = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < limit_s, "waited for two minutes"
        time.sleep(0.1)


def start(folder: Path, name: str, arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "locust", "-f", f"{folder}/script.py,{folder}/lib/plugin.py", *arguments]
    log = (folder / f"{name}.log").open("wb")
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)


def staged(folder: Path, script: str, host: str, **secrets: str) -> dict[str, str]:
    """Writes script, settings and credentials as a pod has them, and returns the environment."""
    (folder / "lib").symlink_to(LIBRARY)
    (folder / "script.py").write_text(script)
    (folder / "settings.json").write_text(json.dumps({"type": "smoke", "loadTest": {"host": host}}))
    auth = folder / "auth"
    auth.mkdir()
    for key, text in secrets.items():
        (auth / key.replace("_", "-")).write_text(text)
    unused = {"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"}
    return {key: value for key, value in os.environ.items() if key not in unused} | {
        "SWARMFILE_SETTINGS": str(folder / "settings.json"),
        "SWARMFILE_RESULTS": str(folder / "results"),
        "SWARMFILE_AUTH": str(auth),
        "SWARMFILE_PARENT": str(os.getpid()),
    }
