"""What a process has after Locust has loaded the plugin, with a folder of its own as in a pod."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lib import context

LIBRARY = Path(context.__file__).parent
# What the plugin can call: with a context alone.
INSTALL = re.compile(r"^def install\(context: Context(, \w+: \w+ = \w+)*\)", re.MULTILINE)
# As Locust does it, which takes the folder of a locustfile off the path again.
PROGRAM = """
import json, sys
from locust.util.load_locustfile import load_locustfile

load_locustfile(sys.argv[1])
from lib import mine, plugin

print(json.dumps({"mine": mine.__file__, "features": [each.__name__ for each in plugin.FEATURES]}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("stage")
    shutil.copytree(LIBRARY, folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "lib" / "mine.py").touch()
    command = [sys.executable, "-c", PROGRAM, str(folder / "lib" / "plugin.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder.parent)
    told: dict[str, Any] = json.loads(done.stdout)
    return told | {"folder": folder}


def test_a_module_beside_the_library_is_found_when_the_test_runs(loaded: dict[str, Any]) -> None:
    assert loaded["mine"] == str(loaded["folder"] / "lib" / "mine.py")


def test_every_feature_of_the_library_is_installed(loaded: dict[str, Any]) -> None:
    features = [f"lib.{each.stem}" for each in LIBRARY.glob("*.py") if INSTALL.search(each.read_text())]
    assert sorted(loaded["features"]) == sorted(features)
