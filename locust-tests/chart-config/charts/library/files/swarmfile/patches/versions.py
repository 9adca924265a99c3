"""Which versions the package was tested with, and which it works with at all.

What it holds on to of their insides is recorded in `holds`; a version that is not the tested one may behave otherwise.
"""

import json
import logging
import re
import signal
import sys
from collections.abc import Iterator
from importlib import metadata

from swarmfile.definition.settings import SettingsError
from swarmfile.run.context import Context, from_environment, new_run_id
from swarmfile.verdict import BAD_INPUT_EXIT_CODE, judge

logger = logging.getLogger("swarmfile")

# The versions of requirements/dev.txt; those of image/requirements.txt are the same.
TESTED = {
    "locust": "2.47.0",
    "gevent": "26.9.0",
    "requests": "2.34.2",
    "geventhttpclient": "2.6.1",
    "pyzmq": "27.3.0",
    "flask-login": "0.6.3",
    "prometheus-client": "0.26.0",
    "cpython": "3.11",
}
# Older ones lack what is imported: RestMixin of locust.user.users.
OLDEST_LOCUST = "2.46.6"


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Says in one line where Locust is not the tested one; whoever it is too old for never comes here."""
    if (found := metadata.version("locust")) != TESTED["locust"]:
        logger.warning("swarmfile: Locust %s is installed; Swarmfile was tested with %s", found, TESTED["locust"])


def refuse_too_old(found: str = metadata.version("locust")) -> None:
    """Ends this process where Locust lacks what we import: with 3, in a pod with INVALID and that as its reason.

    Without Locust's help and before anything of ours that needs it. A Deployment's pod waits for its end: it would
    be started again for ever.
    """
    if not (reason := too_old(found)):
        return
    try:
        context = from_environment()
    except SettingsError:
        context = Context()
    if context.definition is None:
        sys.stderr.write(f"swarmfile: {reason}\n")
        sys.exit(BAD_INPUT_EXIT_CODE)
    _conclude(context, reason)


def _conclude(context: Context, reason: str) -> None:
    run = context.first_run or new_run_id(context.settings.type)
    verdict = judge(run, context.settings.type, [f"the run never began: {reason}"], [])
    if "--worker" not in sys.argv:
        folder = context.results / run
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "verdict.json").write_text(json.dumps(verdict.as_dict()) + "\n", encoding="utf-8")
    sys.stderr.write("\n".join([*verdict.log_lines(), ""]))
    if context.restarted_when_ended or "--worker" in sys.argv:
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
    sys.exit(verdict.exit_code)


def too_old(found: str) -> str | None:
    """Returns why a version of Locust does not work at all, and what to write instead; None where it does."""
    if tuple(_numbers(found)) >= tuple(_numbers(OLDEST_LOCUST)):
        return None
    return f"Locust {found} is too old: Swarmfile needs {OLDEST_LOCUST} or newer; use {TESTED['locust']}"


def _numbers(version: str) -> Iterator[int]:
    yield from (int(number) for number in re.findall(r"\d+", version.split("+")[0])[:3])
