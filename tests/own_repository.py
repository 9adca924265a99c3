"""A user's way with a wheel in an empty virtual environment: a repository of one's own, and what is done in it."""

import os
import subprocess
from pathlib import Path

from tests import wheel
from tests.unit.cli.project.conftest import git_in


class Journey:
    """A virtual environment and the repository that its command wrote; `folder` holds both."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own = folder / "own"
        self.command = wheel.installed(wheel.built(wheel.ROOT, folder / "this"), folder / "venv")
        self.run("init", str(self.own), "--ci", "github", cwd=folder)

    def run(self, *arguments: str, cwd: Path | None = None, code: int = 0) -> str:
        """Runs the command; returns what it printed."""
        outside = {"PYTHONPATH", "HOST", "LOCUSTFILE", "LIBS"}
        environment = {name: value for name, value in os.environ.items() if name not in outside}
        done = subprocess.run(
            [self.command, *arguments],
            cwd=cwd or self.own,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def get_next_version(self) -> None:
        """Installs a later version's wheel over this one's."""
        later = wheel.built(wheel.next_version(self.folder / "later"), self.folder / "next")
        wheel.installed(later, self.folder / "venv")

    def commit(self) -> None:
        git_in(self.own, "init", "--quiet")
        git_in(self.own, "add", "--all")
        git_in(self.own, "commit", "--quiet", "--message", "Keep")
