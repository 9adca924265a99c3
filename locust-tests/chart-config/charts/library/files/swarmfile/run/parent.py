"""On a laptop: ends this process when the one that started it is gone, however that one ended."""

import os
import signal
import threading
import time

from swarmfile.run.context import Context
from swarmfile.verdict import EXIT_CODES, Outcome

INTERVAL_S = 1.0
# Time for the results of a run that is cut short.
GRACE_S = 5.0


def install(context: Context) -> None:
    """Watches the parent from a thread of its own: a script that blocks the event loop must not outlive it either."""
    if context.parent_pid is None:
        return
    watcher = threading.Thread(target=_watch, args=(context.parent_pid,), daemon=True, name="swarmfile-parent")
    watcher.start()


def is_gone(pid: int) -> bool:
    """Returns whether no process with that id is left; one that waits to be reaped counts as gone."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _watch(pid: int) -> None:
    started_by_it = os.getppid() == pid
    while not (is_gone(pid) or (started_by_it and os.getppid() != pid)):
        time.sleep(INTERVAL_S)
    os.kill(os.getpid(), signal.SIGTERM)
    # An orderly end could take as long as the script wishes.
    time.sleep(GRACE_S)
    os._exit(EXIT_CODES[Outcome.INVALID])
