"""Where things are in a clone of this repository; like git, any folder inside it will do to start from."""

from dataclasses import dataclass
from pathlib import Path

from swarmfile.cli.errors import BadInputError, nearest

FILES = ("locust.yml", "test.yml")


@dataclass(frozen=True)
class Clone:
    """A clone of this repository, or one that `swarmfile init` wrote in the same layout, by its root folder."""

    root: Path

    @property
    def chart(self) -> Path:
        """Our chart: its schema, its scripts and our package."""
        return self.root / "locust-tests" / "chart-config"

    @property
    def scripts(self) -> Path:
        """The scripts that the chart ships, one per test type."""
        return self.chart / "files"

    @property
    def lib(self) -> Path:
        """The modules that those scripts share."""
        return self.scripts / "lib"

    @property
    def schema(self) -> Path:
        """What a test definition may hold."""
        return self.chart / "values.schema.json"

    @property
    def pod_keys(self) -> Path:
        """What a run's processes may know of a test definition."""
        return self.chart / "files" / "pod-keys.json"

    def types(self) -> list[str]:
        """Returns the test types that exist, in alphabetical order: the folders of config/."""
        return sorted({path.parent.name for name in FILES for path in (self.root / "config").glob(f"*/{name}")})

    def value_files(self, test_type: str, name: str) -> tuple[str, str]:
        """Returns the two files, lowest first, that say `name` (test or locust) of a type, relative to the root."""
        return f"helm-default-values/{name}.yml", f"config/{test_type}/{name}.yml"

    def refuse_unknown(self, test_type: str) -> None:
        """Raises BadInputError for a type that lacks a file, or that does not exist, with those that do."""
        types = self.types()
        if test_type not in types:
            raise BadInputError(
                f"{test_type}: there is no such test type; write one of {', '.join(nearest(test_type, types))}"
            )
        for file in FILES:
            if not (self.root / "config" / test_type / file).is_file():
                raise BadInputError(
                    f"config/{test_type}/{file} is missing: a test type is a folder with locust.yml and test.yml"
                )


def find_clone(start: Path) -> Clone:
    """Returns the clone that `start` lies in; raises BadInputError where there is none."""
    clone = enclosing_clone(start)
    if clone is None:
        raise BadInputError(
            f"{start}: this is not inside a clone of the repository; "
            "change into one, write one of your own (swarmfile init), or give --directory"
        )
    return clone


def enclosing_clone(start: Path) -> Clone | None:
    """Returns the clone that `start` lies in, or None."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "config").is_dir() and (folder / "locust-tests" / "chart-config").is_dir():
            return Clone(folder)
    return None
