"""What reading a script tells, without running it."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.validate.finding import Level
from swarmfile.cli.validate.scripts import script_findings
from tests.unit.cli.conftest import CHART, ROOT, SCRIPT, Write

SHIPPED = sorted((ROOT / CHART / "files").glob("*.py"))


def lines(clone: Clone, *sets: str, own: Path | None = None) -> list[tuple[Level, str]]:
    found = script_findings(read_definition(clone, "smoke", sets), str(own) if own else None, None)
    return [(finding.level, finding.message) for finding in found]


@pytest.mark.parametrize(
    ("text", "level", "line"),
    [
        ("x = 1\n", Level.ERROR, "smoke.py: no class is a user, so nothing would run; write one, for example "),
        ("import locust\nclass A: pass\n", Level.ERROR, "smoke.py: no class is a user"),
        (SCRIPT + "import sys\nsys.exit(1)\n", Level.ERROR, "smoke.py: line 7: sys.exit() ends Locust while it loads"),
        (
            SCRIPT + "from lib import user\n",
            Level.ERROR,
            "smoke.py: line 6: there is no lib/user.py; did you mean users?",
        ),
        (SCRIPT + "import time\ntime.sleep(60)\n", Level.WARNING, "smoke.py: line 7: time.sleep() holds up the start"),
        (SCRIPT + "import pandas\n", Level.WARNING, "smoke.py: line 6: import pandas: neither Locust's image nor"),
        (
            SCRIPT + "class Shopper(HttpUser): ...\n",
            Level.WARNING,
            "smoke.py: Shopper stands there twice, and only the",
        ),
    ],
)
def test_what_can_be_read_is_said(clone: Clone, write: Write, text: str, level: Level, line: str) -> None:
    write(f"{CHART}/files/smoke.py", text)
    [found] = lines(clone)
    assert found[0] is level
    assert found[1].startswith(line)


@pytest.mark.parametrize(
    "text",
    [
        "from lib.users import Shopper\n",
        "from somewhere import *\n".replace("somewhere", "lib"),
        "from locust import User\nShopper = type('Shopper', (User,), {})\n",
        SCRIPT + "try:\n    import pandas\nexcept ImportError:\n    pass\n",
        SCRIPT + "import json, requests, gevent.lock\nfrom swarmfile import SwarmHttpUser\nfrom . import x\n",
        SCRIPT + "def stop():\n    import sys\n    sys.exit(1)\n",
    ],
)
def test_what_may_be_right_is_not(clone: Clone, write: Write, text: str) -> None:
    write(f"{CHART}/files/smoke.py", text)
    assert lines(clone) == []


def test_packages_that_a_definition_asks_for_may_hold_any_module(clone: Clone, write: Write) -> None:
    write(f"{CHART}/files/smoke.py", SCRIPT + "import pandas\n")
    assert lines(clone, "pipPackages=[pandas]") == []


def test_a_shape_beside_stages_is_warned_about(clone: Clone, write: Write) -> None:
    write(f"{CHART}/files/smoke.py", SCRIPT + "class Shape(LoadTestShape): ...\n")
    [(level, line)] = lines(clone, "stages=[{users: 1, duration: 5s}]")
    assert (level, line.split(": ")[1]) == (Level.WARNING, "stages")
    assert lines(clone) == []


@pytest.mark.parametrize(
    ("task", "criterion", "count"),
    [
        ("self.client.get('/orders')", 'p95 of "GET /nosuch" < 5s', 1),
        ("self.client.get('/orders')", 'p95 of "GET /orders" < 5s', 0),
        ("self.client.get('/orders')", 'p95 of "/orders" < 5s', 0),
        ("self.client.get('https://a/orders', name='all')", 'p95 of "all" < 5s', 0),
        ("self.client.get(f'/orders/{n}')", 'p95 of "GET /orders/5" < 5s', 0),
        ("self.client.get('/orders')", "p95 of /nosuch.* < 5s", 0),
    ],
)
def test_a_name_that_no_request_has_is_warned_about(
    clone: Clone, write: Write, task: str, criterion: str, count: int
) -> None:
    write(f"{CHART}/files/smoke.py", f"{SCRIPT}    def a(self):\n        n = 1\n        {task}\n")
    write("config/smoke/test.yml", f"assertions: {{criteria: ['{criterion}']}}\n")
    assert len(lines(clone)) == count


@pytest.mark.parametrize("script", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scripts_have_nothing_to_say(clone: Clone, script: Path, write: Write) -> None:
    for module in (ROOT / CHART / "files" / "lib").glob("*.py"):
        write(f"{CHART}/files/lib/{module.name}", module.read_text())
    assert lines(clone, own=script) == []
