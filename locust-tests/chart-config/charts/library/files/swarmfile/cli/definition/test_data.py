"""Collects a run's test data and says which file TEST_DATA_FILE points to, as the chart's pods do."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import Values
from swarmfile.cli.errors import BadInputError, did_you_mean

INLINE_NAME = "batch_input.jsonl"
VARIABLE = "TEST_DATA_FILE"


@dataclass(frozen=True)
class DataFiles:
    """Files by name with their content, and the one that the test reads: one of them, or a path of the user's."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    selected: str = ""
    own_path: str = ""


def find_test_data(definition: Definition) -> DataFiles:
    """Returns the definition's test data; raises BadInputError for data that only a cluster holds."""
    own = os.environ.get(VARIABLE, "")
    if own:
        return DataFiles(own_path=_existing(own))
    written = definition.test.get("testData") or {}
    _refuse_cluster_data(definition, written)
    files = _files(definition, written)
    return DataFiles(files, _selected(definition, written, files))


def _existing(own: str) -> str:
    if not Path(own).is_file():
        raise BadInputError(f"{VARIABLE}: there is no file {own}; give the path of the test data, from {Path.cwd()}")
    return str(Path(own).resolve())


def _refuse_cluster_data(definition: Definition, written: Values) -> None:
    for key in ("existingConfigMap", "existingSecret", "existingClaim"):
        if written.get(key):
            source = source_of(definition.test_layers, ("testData", key))
            raise BadInputError(
                f"{source}: testData.{key}: {written[key]} is in a cluster; set {VARIABLE} to a file here"
            )


def _files(definition: Definition, written: Values) -> dict[str, bytes]:
    files = {name: str(text).encode() for name, text in (written.get("files") or {}).items()}
    if written.get("inline"):
        files[INLINE_NAME] = str(written["inline"]).encode()
    if written.get("file"):
        path = definition.clone.scripts / str(written["file"])
        if not path.is_file():
            source = source_of(definition.test_layers, ("testData", "file"))
            raise BadInputError(f"{source}: testData.file: there is no {path.name} in the chart's files/; put it there")
        files[path.name] = path.read_bytes()
    return files


def _selected(definition: Definition, written: Values, files: Mapping[str, bytes]) -> str:
    load = definition.test.get("loadTest") or {}
    profile = (definition.test.get("profiles") or {}).get(load.get("profile") or "") or {}
    selected = written.get("selectedFile") or profile.get("selectedFile")
    if selected and selected not in files:
        source = source_of(definition.test_layers, ("testData", "selectedFile"))
        raise BadInputError(
            f"{source}: testData.selectedFile: there is no {selected}; {did_you_mean(str(selected), files)}"
        )
    if selected or not files:
        return str(selected or "")
    if written.get("inline"):
        return INLINE_NAME
    if written.get("file"):
        return Path(str(written["file"])).name
    return next(iter(files)) if len(files) == 1 else ""
