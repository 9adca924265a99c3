"""Installs the Python packages that a script imports, once per set of packages, beside our own environment."""

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.errors import BadInputError


def wanted_packages(definition: Definition) -> list[str]:
    """Returns the lines of a requirements file: ours and upstream's pip_packages together."""
    upstream = (definition.upstream.get("loadtest") or {}).get("pip_packages") or []
    named = [str(name) for name in [*upstream, *(definition.test.get("pipPackages") or [])]]
    lines = str(definition.test.get("pipRequirements") or "").splitlines()
    return [*named, *(line for line in lines if line.strip() and not line.lstrip().startswith("#"))]


def install(packages: list[str]) -> Path | None:
    """Returns a folder that holds the packages, None where nothing is missing; raises BadInputError where pip fails."""
    if not packages or _satisfied(packages):
        return None
    folder = _cache() / _digest(packages)
    if not folder.exists():
        _install_into(folder, packages)
    return folder


def _satisfied(packages: list[str]) -> bool:
    # Without an index pip fails where a package is missing; a file or an address it would install again.
    result = _pip(packages, "--dry-run", "--no-index", "--no-deps", "--report", "-")
    return result.returncode == 0 and not json.loads(result.stdout)["install"]


def _install_into(folder: Path, packages: list[str]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        # What the run needs itself must not come in a second version: the folder goes before it on Python's path.
        pins.writelines(f"{d.name}=={d.version}\n" for d in importlib.metadata.distributions() if d.name != "swarmfile")
        pins.flush()
        result = _pip(packages, "--target", str(unfinished), "--constraint", pins.name)
    if result.returncode:
        shutil.rmtree(unfinished)
        raise BadInputError(f"pipPackages: pip cannot install {', '.join(packages)}: {_reason(result.stderr)}")
    try:
        unfinished.rename(folder)
    except OSError:  # another run was faster
        shutil.rmtree(unfinished)


def _pip(packages: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(packages) + "\n")
        requirements.flush()
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
        return subprocess.run(
            [*command, "--requirement", requirements.name], capture_output=True, text=True, check=False
        )


def _reason(errors: str) -> str:
    lines = [line.removeprefix("ERROR: ") for line in errors.splitlines() if line.startswith("ERROR")]
    return lines[-1] if lines else "pip ended without a reason; try the same with pip install"


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "swarmfile" / "packages"


def _digest(packages: list[str]) -> str:
    return hashlib.sha256("\n".join([sys.version, *sorted(packages)]).encode()).hexdigest()[:16]
