"""What a process has after Locust has loaded the plugin beside a script, as in a pod."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from swarmfile.run.scripts import PACKAGE

# What the plugin can call: with a context alone.
INSTALL = re.compile(r"^def install\(context: Context(, \w+: \w+ = \w+)*\)", re.MULTILINE)
# As Locust does it, which takes the folder of a locustfile off the path again.
PROGRAM = """
import json, sys
from locust.util.load_locustfile import load_locustfile

for file in sys.argv.pop().split(","):
    load_locustfile(file)
from lib import mine

print(json.dumps({"mine": mine.__file__, "features": [each.__name__ for each in sys.modules["plugin"].FEATURES]}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("stage")
    (folder / "lib").mkdir()
    (folder / "lib" / "mine.py").touch()
    (folder / "test.py").write_text("from locust import User\n\nclass Idle(User):\n    tasks = [print]\n")
    files = f"{PACKAGE / 'plugin.py'},{folder / 'test.py'}"
    # -I: the plugin finds its package by itself, whatever PYTHONPATH a test sets.
    command = [sys.executable, "-I", "-c", PROGRAM, "--locustfile", files, files]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder.parent)
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"folder": folder}


def test_a_module_beside_the_script_is_found_when_the_test_runs(loaded: dict[str, Any]) -> None:
    assert loaded["mine"] == str(loaded["folder"] / "lib" / "mine.py")


def test_every_feature_of_the_package_is_installed(loaded: dict[str, Any]) -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if INSTALL.search(path.read_text())]
    features = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in modules]
    assert sorted(loaded["features"]) == sorted(features)
