"""Lays out a run's files in a temporary folder as the pods see them, and says so in the environment."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import swarmfile
from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import Layer, merged
from swarmfile.cli.definition.script import Script
from swarmfile.cli.definition.test_data import VARIABLE as TEST_DATA_VARIABLE
from swarmfile.cli.definition.test_data import DataFiles
from swarmfile.cli.definition.values import Value, Values
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local import credentials
from swarmfile.credentials.files import AUTH_VARIABLE
from swarmfile.run.parent import is_gone

PREFIX = "swarmfile-"
PACKAGE = Path(swarmfile.__file__).resolve().parent


@dataclass(frozen=True)
class Material:
    """Everything that a run is made of, read and judged."""

    definition: Definition
    script: Script
    libs: Mapping[str, bytes]
    data: DataFiles
    packages: Path | None


@dataclass(frozen=True)
class StagedRun:
    """The staged run: its folder, the locustfiles for `-f`, and the variables of its processes."""

    folder: Path
    locustfiles: str
    environment: Mapping[str, str]


@contextmanager
def staged(material: Material) -> Iterator[StagedRun]:
    """Yields the staged run and removes it at the end, whatever happens in between."""
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        _write(folder, material)
        # The plugin comes first, so that it can say in one line why a script cannot be loaded.
        script = material.script.place or folder / material.script.name
        locustfiles = f"{PACKAGE / 'plugin.py'},{script}"
        yield StagedRun(folder, locustfiles, _environment(folder, material))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings_of(definition: Definition) -> Values:
    """Returns what a run's processes may know of a definition: no secret, and no file's content."""
    # The chart reads the same list: what it does not name never reaches a process.
    paths = json.loads(definition.clone.pod_keys.read_text(encoding="utf-8"))
    return merged([Layer(path, _only(definition.test, path.split("."))) for path in paths])


def _only(values: Value, names: Sequence[str]) -> Values:
    if not isinstance(values, Mapping) or names[0] not in values:
        return {}
    value = values[names[0]]
    return {names[0]: _only(value, names[1:]) if names[1:] else value}


def _write(folder: Path, material: Material) -> None:
    if not material.script.place:
        (folder / material.script.name).write_bytes(material.script.text)
    _write_all(folder / "lib", material.libs)
    _write_all(folder / "test_data", material.data.files)
    (folder / "settings.json").write_text(json.dumps(settings_of(material.definition)), encoding="utf-8")
    credentials.write_credentials(material.definition, folder / "auth")


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in files.items():
        if Path(name).name != name:
            raise BadInputError(f"{name}: this is no plain file name; write one without folders")
        (folder / name).write_bytes(content)


def _environment(folder: Path, material: Material) -> dict[str, str]:
    # Locust reads every option from LOCUST_*: what is set here for something else must not change a run.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    packages = [str(material.packages)] if material.packages else []
    inherited_path = [inherited["PYTHONPATH"]] if inherited.get("PYTHONPATH") else []
    return {
        **inherited,
        **_proxy(material.definition.test.get("proxy") or {}),
        **_test_data(folder, material.data),
        "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), *packages, *inherited_path]),
        "PYTHONUNBUFFERED": "1",
        "SWARMFILE_SETTINGS": str(folder / "settings.json"),
        AUTH_VARIABLE: str(folder / "auth"),
    }


def _test_data(folder: Path, data: DataFiles) -> dict[str, str]:
    path = data.own_path or (str(folder / "test_data" / data.selected) if data.selected else "")
    return {TEST_DATA_VARIABLE: path} if path else {}


def _proxy(proxy: Values) -> dict[str, str]:
    names = {"HTTP_PROXY": "http", "HTTPS_PROXY": "https", "NO_PROXY": "no"}
    given = {name: str(proxy[key]) for name, key in names.items() if proxy.get(key)}
    return {**given, **{name.lower(): value for name, value in given.items()}}


def _remove_leftovers() -> None:
    """Removes what a command line left that was killed: only a living one needs its folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process.isdecimal() and folder.is_dir() and is_gone(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
