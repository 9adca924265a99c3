"""Finds helm 3, helm 4, helmfile and versitygw: on PATH, else in .tools/bin, where `make tools` builds what is pinned.

Prometheus, docker-registry and PostgreSQL come from PATH alone; `make tools` installs Debian's packages where it may.
What the cluster's tests cannot load where they run, `make tools` loads before: prometheus-client's wheel.
`python -m tests.tools` builds what is missing, with --quick nothing that takes minutes: the tests that need it are
skipped with MISSING.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from swarmfile.metrics.packages import REQUIREMENT

ROOT = Path(__file__).parents[1]
BUILT = ROOT / ".tools" / "bin"
WHEELS = ROOT / ".tools" / "wheels"
MISSING = "{0} is missing: put it on PATH, or install Go and run `make tools`, which builds it once (minutes)"
# Whoever waits for a build sees a line so often.
SIGN_OF_LIFE_S = 8.0

NO_PROMETHEUS = "prometheus and promtool are missing: install Prometheus (on Debian `apt install prometheus`)"
NO_REGISTRY = "docker-registry is missing: install it (on Debian `apt install docker-registry`)"
NO_POSTGRESQL = "initdb and postgres are missing: install PostgreSQL (on Debian `apt install postgresql`)"
# Debian's packages, the programs that the tests take from each, and what is said where one is missing.
PACKAGES = {
    "prometheus": (("prometheus", "promtool"), NO_PROMETHEUS),
    "docker-registry": (("docker-registry",), NO_REGISTRY),
    "postgresql": (("initdb", "postgres"), NO_POSTGRESQL),
}
# Debian keeps PostgreSQL's programs off the PATH, a folder for each version.
OFF_PATH = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Tool:
    """A program, the versions of it that will do, and the Go package that tools/<name>/go.mod pins."""

    name: str
    commands: tuple[str, ...]
    accepts: str
    package: str
    asks: tuple[str, ...] = ("version", "--short")


TOOLS = {
    "helm3": Tool("helm3", ("helm", "helm3"), r"^v3\.(1[89]|[2-9]\d)", "helm.sh/helm/v3/cmd/helm"),
    "helm4": Tool("helm4", ("helm", "helm4"), r"^v4\.", "helm.sh/helm/v4/cmd/helm"),
    "helmfile": Tool(
        "helmfile", ("helmfile",), r"^v?1\.([89]|\d\d)", "github.com/helmfile/helmfile", ("version", "-o=short")
    ),
    # One that is too old for us, to see what it says.
    "helmfile-old": Tool("helmfile-old", (), r"^v?0\.", "github.com/helmfile/helmfile", ("version", "-o=short")),
    # One that was built from its module knows no version of its own.
    "versitygw": Tool(
        "versitygw", ("versitygw",), r"^Version", "github.com/versity/versitygw/cmd/versitygw", ("--version",)
    ),
}


def find(name: str) -> Path | None:
    """Returns the program, or None where no suitable version is to be had without building."""
    tool = TOOLS[name]
    return next((path for path in places(tool) if re.search(tool.accepts, version(tool, path))), None)


def places(tool: Tool) -> Iterator[Path]:
    """Yields where the program may be, PATH first."""
    for command in tool.commands:
        if on_path := shutil.which(command):
            yield Path(on_path)
    if (BUILT / tool.name).exists():
        yield BUILT / tool.name


def version(tool: Tool, path: Path) -> str:
    """Returns what the program says its version is."""
    environment = os.environ | {"HELMFILE_UPGRADE_NOTICE_DISABLED": "1"}
    answer = subprocess.run([path, *tool.asks], capture_output=True, text=True, check=False, env=environment)
    return answer.stdout


def build(name: str) -> None:
    """Builds the version that tools/<name>/go.mod pins into .tools/bin; takes minutes."""
    BUILT.mkdir(parents=True, exist_ok=True)
    unfinished = BUILT / f"{name}.unfinished"
    command = ["go", "build", "-trimpath", "-ldflags=-s -w", "-o", str(unfinished), TOOLS[name].package]
    run_with_signs_of_life(command, f"building {name}", ROOT / "tools" / name, CGO_ENABLED="0")
    unfinished.rename(BUILT / name)


def run_with_signs_of_life(command: list[str], what: str, folder: Path = ROOT, **variables: str) -> None:
    """Runs a program that may be silent for minutes, and says every few seconds that it does."""
    began_s = time.monotonic()
    with subprocess.Popen(command, cwd=folder, env=os.environ | variables, stdout=subprocess.DEVNULL) as process:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(SIGN_OF_LIFE_S)
                break
            sys.stderr.write(f"{what}, since {time.monotonic() - began_s:.0f} s\n")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def main(arguments: Sequence[str]) -> int:
    """Builds each tool that cannot be found; says so in one line where that is impossible."""
    BUILT.mkdir(parents=True, exist_ok=True)
    if "--quick" in arguments:
        return provide_wheel()
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make test` side by side build once
        others = [provide_wheel(), *(provide_package(name) for name in PACKAGES)]
        return max([*others, *(provide(name) for name in TOOLS)])


def provide(name: str) -> int:
    """Returns 0, or 1 where the tool is missing and CI wants it."""
    if find(name):
        return 0
    if shutil.which("go"):
        sys.stderr.write(f"building {name} from tools/{name}/go.mod into .tools/bin, once\n")
        build(name)
        return 0
    sys.stderr.write(f"{MISSING.format(name)}\n")
    return int(os.environ.get("CI") == "true")


def provide_package(name: str) -> int:
    """Installs one of Debian's packages where that is possible; returns as `provide` does."""
    programs, missing = PACKAGES[name]
    if all(map(program, programs)):
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write(f"installing Debian's package {name}, once\n")
        for command in (["update", "-qq"], ["install", "-qq", "--yes", "--no-install-recommends", name]):
            run_with_signs_of_life(["apt-get", *command], f"installing {name}", DEBIAN_FRONTEND="noninteractive")
        return 0
    sys.stderr.write(f"{missing}\n")
    return int(os.environ.get("CI") == "true")


def program(name: str) -> Path | None:
    """Returns a program of one of Debian's packages."""
    found = shutil.which(name)
    return Path(found) if found else next(OFF_PATH.glob(f"*/bin/{name}"), None)


def provide_wheel() -> int:
    """Downloads the wheel of prometheus-client that the exporter installs; returns as `provide` does."""
    if wheel():
        return 0
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "requirements.txt")
        wanted.write_text(REQUIREMENT, encoding="ascii")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
        checked = ["--require-hashes", "--only-binary=:all:", f"--requirement={wanted}", f"--dest={WHEELS}"]
        return subprocess.run([*pip, *checked], check=False).returncode and int(os.environ.get("CI") == "true")


def wheel() -> Path | None:
    """Returns prometheus-client's wheel, where it was downloaded."""
    return next(WHEELS.glob("prometheus_client-*.whl"), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
