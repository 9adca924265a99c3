"""Runs are read from folders and from a cluster; what cannot be read says why in a line."""

import random
from pathlib import Path

import pytest

from swarmfile.cli.cluster.kubectl import Kubectl
from swarmfile.cli.compare.sources import of_cluster, of_folder, read_runs
from swarmfile.cli.errors import BadInputError
from tests.unit.cli.compare.folders import files_of_run, write_run
from tests.unit.cli.records_folder import keep, run_named
from tests.unit.compare.made_runs import made_blocks

MADE = made_blocks(random.Random(1))


def test_a_folder_and_a_cluster_give_the_same(namespace: Path, tmp_path: Path) -> None:
    keep(namespace, run_named("load-1"), files=files_of_run("load-1", MADE))
    folder = write_run(tmp_path, "load-1", MADE)
    kubectl = Kubectl("testing")
    assert of_folder(folder) == of_cluster("load-1", kubectl)
    assert read_runs([str(folder), "load-1"], lambda: kubectl) == [of_folder(folder)] * 2


def test_what_is_no_whole_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInputError, match=r"empty: cannot be compared: it has no verdict.json"):
        of_folder(tmp_path / "empty")
    with pytest.raises(BadInputError, match="is no folder"):
        of_folder(tmp_path / "none")
    folder = write_run(tmp_path, "load-1", MADE)
    (folder / "blocks.jsonl.gz").write_bytes(b"nothing")
    with pytest.raises(BadInputError, match="load-1: cannot be compared: it holds no blocks of a run"):
        of_folder(folder)
