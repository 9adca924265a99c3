"""A PostgreSQL server on loopback with data of its own, as an unprivileged user where the tests run as root."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from swarmfile.cli.local.ports import free_port

LOGIN = {"username": "reader", "password": "password-of-the-test"}


@contextmanager
def postgresql(server: Path) -> Iterator[str]:
    """Runs a server that knows LOGIN; yields host and port. `server`: the program, beside which initdb lies."""
    # Not pytest's folder, which only its owner may enter.
    with TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        (folder / "password").write_text(LOGIN["password"])
        who = unprivileged(folder)
        made = ["--pgdata", name + "/data", f"--username={LOGIN['username']}", f"--pwfile={name}/password"]
        initdb = [str(server.resolve().with_name("initdb")), *made, "--auth=scram-sha-256", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **who)
        options = ["-D", name + "/data", "-h", "127.0.0.1", "-p", str(port), "-k", name, "-F"]
        with subprocess.Popen([str(server), *options], stderr=subprocess.PIPE, text=True, **who) as running:
            assert running.stderr is not None
            said = next((line for line in running.stderr if "ready to accept" in line), None)
            assert said, "PostgreSQL did not start"
            yield f"127.0.0.1:{port}"
            running.terminate()


def unprivileged(folder: Path) -> dict[str, Any]:
    """Returns how to start a program that refuses to be root, and gives its user the folder."""
    if os.geteuid():
        return {}
    user = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder}
