"""What Locust loads beside a test's script: `locust -f <folder>/lib/plugin.py,<folder>/<script>.py`.

Named first, it can say in one line why a script cannot be loaded, and judge the run INVALID; named after the script,
everything else works alike. Scripts need no import of it.
"""

import sys
from pathlib import Path

# Locust takes the folder of a locustfile off the path again; `lib` must be found later, too, inside of tasks. It is
# appended since Locust removes whatever comes first.
_PARENT = str(Path(__file__).absolute().parents[1])
if _PARENT not in sys.path[1:]:
    sys.path.append(_PARENT)

from lib import (  # noqa: E402
    credentials_install,
    criteria_run,
    evidence,
    evidence_trace,
    load_cut,
    load_keep,
    load_open,
    load_receive,
    load_spawn,
    load_stages,
    run_clock,
    run_fasthttp_head,
    run_garbage,
    run_guard,
    run_last_words,
    run_leave,
    run_log,
    run_master,
    run_parent,
    run_rest,
    run_unanswered,
    run_waiting,
    validity_run,
    verdict_doubts,
    web_origin,
)
from lib.context import from_environment  # noqa: E402
from lib.installing import install  # noqa: E402

FEATURES = (
    run_log,
    run_parent,
    run_guard,
    run_last_words,
    run_leave,
    credentials_install,
    evidence,
    evidence_trace,
    load_stages,
    load_open,
    load_spawn,
    load_keep,
    load_cut,
    load_receive,
    run_unanswered,
    run_fasthttp_head,
    criteria_run,
    verdict_doubts,
    validity_run,
    web_origin,
    run_master,
    run_rest,
    run_garbage,
    run_clock,
    run_waiting,
)

install(FEATURES, from_environment)
