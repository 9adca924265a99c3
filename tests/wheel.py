"""Builds the real wheel, of this version and of one after it, and installs it where nothing else of ours is."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHART = Path("locust-tests", "chart-config")
NEXT = "9.0.0"
# What a wheel is made of.
SOURCE = ("pyproject.toml", "README.md", "LICENSE", "config", "examples", "helm-default-values", "locust-tests")
RENAME = (
    "RENAMED: tuple[Renamed, ...] = ()",
    'RENAMED: tuple[Renamed, ...] = (Renamed("9.0.0", "test", "loadTest.duration", "loadTest.runTime"),)',
)


def built(source: Path, folder: Path) -> Path:
    """Returns the wheel of a clone, built into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def next_version(folder: Path) -> Path:
    """Returns a copy of this clone with a higher version, one rename, and a default of all types that is another."""
    for name in SOURCE:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(place, folder)
    shutil.copy(ROOT / "helmfile.yaml.gotmpl", folder)
    renamed = folder / CHART / "charts" / "library" / "files" / "swarmfile" / "cli" / "project" / "renamed.py"
    edit(renamed, *RENAME)
    edit(folder / CHART / "Chart.yaml", "\nversion: ", f"\nversion: {NEXT}\n# before: ")
    edit(folder / "helm-default-values" / "locust.yml", "timeoutSeconds: 10", "timeoutSeconds: 11")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replaces what must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def installed(wheel: Path, folder: Path) -> Path:
    """Returns the command of a virtual environment that has this wheel alone, and what it needs from this one."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        (site,) = folder.glob("lib/python*/site-packages")
        # A path that is added so brings packages, but no editable install of ours.
        (site / "needed.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", "--force-reinstall", str(wheel)], check=True)
    return folder / "bin" / "swarmfile"
