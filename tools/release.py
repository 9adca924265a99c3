"""Builds what a version is released as into dist/: wheel, sdist, packaged chart, and their checksums.

The same commit gives the same bytes each time: hatchling writes fixed times, and what helm packs is packed again so.
"""

import argparse
import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

from swarmfile.cli.project.shipped import CHART, Shipped

ROOT = Path(__file__).resolve().parents[1]
# hatchling's, 2020-02-02.
TIME_S = 1580601600
SUMS = "SHA256SUMS"


def release(source: Path, folder: Path, helm: str, tag: str = "") -> list[Path]:
    """Returns the files, written into a folder that is emptied before; raises ValueError where the tag is another."""
    version = Shipped(source).version
    if tag and tag != f"v{version}":
        raise ValueError(
            f"tag {tag} and version {version} differ: tag v{version}, or set version in {CHART}/Chart.yaml"
        )
    shutil.rmtree(folder, ignore_errors=True)
    python = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(python, cwd=source, check=True, capture_output=True)
    chart = packaged_chart(source / CHART, folder, helm)
    files = sorted(folder.iterdir())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="ascii")
    return [*(path for path in files if path != chart), chart]


def packaged_chart(chart: Path, folder: Path, helm: str) -> Path:
    """Returns the chart's package: what helm packs of it, in one order, with one time and no owner."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [helm, "package", str(chart), f"--destination={folder}"]
    subprocess.run(command, check=True, capture_output=True)
    (package,) = folder.glob("*-[0-9]*.tgz")
    package.write_bytes(repacked(package))
    return package


def repacked(package: Path) -> bytes:
    """Returns the same files as a package that says nothing of when and where it was made."""
    packed = io.BytesIO()
    with (
        tarfile.open(package) as given,
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=TIME_S) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as taken,
    ):
        for member in sorted((each for each in given if each.isfile()), key=lambda each: each.name):
            plain = tarfile.TarInfo(member.name)
            plain.size, plain.mtime, plain.mode = member.size, TIME_S, 0o644
            taken.addfile(plain, given.extractfile(member))
    return packed.getvalue()


def push(chart: Path, registry: str, helm: str) -> None:
    """Pushes a packaged chart to oci://<registry>/<folder>, logged in as helm is."""
    subprocess.run([helm, "push", str(chart), registry], check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, or 1 after one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description="Builds a release into dist/.")
    parser.add_argument("--tag", default="", help="the tag that must fit the version, v<version>")
    parser.add_argument("--push", default="", metavar="oci://REGISTRY/FOLDER", help="push the chart there")
    parser.add_argument("--helm", default="helm")
    given = parser.parse_args(arguments)
    try:
        files = release(ROOT, ROOT / "dist", given.helm, given.tag)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write((ROOT / "dist" / SUMS).read_text(encoding="ascii"))
    if given.push:
        push(files[-1], given.push, given.helm)
    return 0


if __name__ == "__main__":
    sys.exit(main())
