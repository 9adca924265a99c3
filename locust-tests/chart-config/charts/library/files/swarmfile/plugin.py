"""What Locust loads beside a test's script: `locust -f <package>/plugin.py,<folder>/<script>.py`.

Named first, it can say in one line why a script cannot be loaded, and judge the run INVALID; named after the script,
everything else works alike. Scripts need no import of it.
"""

import sys
from pathlib import Path

# Whatever PYTHONPATH a test sets, and wherever this lies. Appended, since Locust takes whatever comes first off again.
_PARENT = str(Path(__file__).absolute().parents[1])
if _PARENT not in sys.path[1:]:
    sys.path.append(_PARENT)

from swarmfile.patches import versions

versions.refuse_too_old()

from swarmfile.clients import install as clients
from swarmfile.credentials import web_origin
from swarmfile.evidence import failures
from swarmfile.judge import doubts, validity
from swarmfile.judge import install as assertions
from swarmfile.load import cut, keep, options, stages
from swarmfile.load import open as open_model
from swarmfile.master import guard, log, taken
from swarmfile.master import install as master
from swarmfile.metrics import route
from swarmfile.patches import clock, garbage, receive, spawn, waiting
from swarmfile.run import leave, parent, rest, script_end, unanswered
from swarmfile.run.context import Context, from_environment
from swarmfile.run.installing import install
from swarmfile.run.scripts import libraries, package_files, scripts

FEATURES = (
    log,
    parent,
    guard,
    leave,
    script_end,
    clients,
    failures,
    options,
    stages,
    open_model,
    spawn,
    keep,
    cut,
    receive,
    unanswered,
    assertions,
    doubts,
    validity,
    web_origin,
    route,
    master,
    rest,
    garbage,
    clock,
    waiting,
    versions,
    taken,
)


def context() -> Context:
    """Returns what this process is told. Raises SettingsError."""
    files = scripts()
    return from_environment(files=[*files, *libraries(files), *package_files()])


def keep_folders_on_path() -> None:
    """Lets tasks import what lies beside their script, as `from lib import …`: Locust takes its folder off the path.

    Appended, since Locust removes whatever comes first, and a module beside a script must not hide Python's own.
    """
    sys.path += sorted({str(path.absolute().parent) for path in scripts()} - set(sys.path[1:]))


keep_folders_on_path()
install(FEATURES, context)
