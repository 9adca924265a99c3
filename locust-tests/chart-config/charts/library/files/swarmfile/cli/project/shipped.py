"""What the installed version ships for a repository: ours, which upgrades replace, and theirs, which they begin with.

In a wheel these files lie beside this module, put there by pyproject.toml; in a clone they are the clone's own. The
package's modules are those that run, without the command line, which no pod needs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import swarmfile
from swarmfile.cli.definition.clone import FILES, Clone
from swarmfile.cli.errors import BadInputError, did_you_mean

PACKAGE = Path(swarmfile.__file__).resolve().parent
IN_WHEEL = Path(__file__).resolve().with_name("files")
CHART = "locust-tests/chart-config"
PACKAGE_IN_CHART = f"{CHART}/charts/library/files/swarmfile"
REQUIREMENTS = "locust-tests/requirements.txt"
OURS = ("helmfile.yaml.gotmpl", "helm-default-values", CHART)
# Teams set what all their types share here, so these two are merged where they were edited.
MERGED = ("helm-default-values/locust.yml", "helm-default-values/test.yml")
EDITABLE_INSTALL = "pip install --editable ."

Tree = dict[str, bytes]
"""Content by path below a repository's root."""


class Pipeline(NamedTuple):
    """A pipeline: the example that it is made of, and where its host looks for it."""

    example: str
    path: str


PIPELINES = {
    "github": Pipeline("examples/ci/github-actions.yml", ".github/workflows/performance.yml"),
    "gitlab": Pipeline("examples/ci/gitlab-ci.yml", ".gitlab-ci.yml"),
}


@dataclass(frozen=True)
class Shipped:
    """What a version ships, by the folder that holds it in a repository's layout."""

    root: Path

    @property
    def version(self) -> str:
        """The chart's version, which is the package's."""
        chart = self._text(f"{CHART}/Chart.yaml")
        return next(line.removeprefix("version: ") for line in chart.splitlines() if line.startswith("version: "))

    def types(self) -> list[str]:
        """Returns the test types that are shipped, in alphabetical order."""
        return Clone(self.root).types()

    def ours(self) -> Tree:
        """Returns what nobody edits: helmfile's files, the chart and the package in it, and the pinned version."""
        files = (path for part in OURS for path in _files(self.root / part))
        kept = {path.relative_to(self.root).as_posix(): path for path in files}
        return {
            **{name: path.read_bytes() for name, path in kept.items() if not is_theirs(name)},
            **_package(),
            REQUIREMENTS: f"swarmfile=={self.version}\n".encode(),
        }

    def theirs(self, types: list[str]) -> Tree:
        """Returns what the types begin with: two files and a script each, and the modules that the scripts share."""
        for test_type in types:
            if test_type not in self.types():
                raise BadInputError(f"--types: {test_type}: no such type is shipped; {self._instead(test_type)}")
        names = [f"config/{test_type}/{name}" for test_type in types for name in FILES]
        scripts = [f"{CHART}/files/{test_type}.py" for test_type in types]
        libs = [path.relative_to(self.root).as_posix() for path in sorted(Clone(self.root).lib.glob("*.py"))]
        return {name: (self.root / name).read_bytes() for name in (*names, *scripts, *libs)}

    def pipeline(self, host: str, test_type: str) -> Tree:
        """Returns the pipeline of one of PIPELINES, which installs the version that the repository pins."""
        example, path = PIPELINES[host]
        text = self._text(example).replace(EDITABLE_INSTALL, f"pip install --requirement {REQUIREMENTS}")
        first = text if test_type == "smoke" else re.sub(r"\bsmoke\b", test_type, text, flags=re.IGNORECASE)
        return {path: first.encode()}

    def _instead(self, test_type: str) -> str:
        return did_you_mean(test_type, self.types())

    def _text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")


def installed() -> Shipped:
    """Returns what the installed version ships; of an editable install that is the clone."""
    return Shipped(IN_WHEEL if IN_WHEEL.is_dir() else PACKAGE.parents[5])


def is_theirs(name: str) -> bool:
    """Whether a path below the chart belongs to the repository's owners: scripts, what they share, and other data."""
    inside = name.removeprefix(f"{CHART}/files/")
    return inside.startswith("lib/") or ("/" not in inside and inside.endswith(".py"))


def _package() -> Tree:
    rooms = (path for path in _files(PACKAGE) if path.suffix == ".py")
    names = {path.relative_to(PACKAGE).as_posix(): path for path in rooms}
    return {f"{PACKAGE_IN_CHART}/{name}": path.read_bytes() for name, path in names.items() if name[:4] != "cli/"}


def _files(place: Path) -> Iterator[Path]:
    """Yields the files of a place that is a file or a folder, in order, but for what Python leaves and our package."""
    if place.is_file():
        yield place
    for path in sorted(place.rglob("*")):
        inside = path.relative_to(place).as_posix()
        if path.is_file() and "__pycache__" not in inside and "charts/library/files/swarmfile/" not in inside:
            yield path
