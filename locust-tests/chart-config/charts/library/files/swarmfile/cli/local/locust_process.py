"""Becomes a Locust process that ends with the command line that started it, even when that is killed."""

import ctypes
import os
import signal
import sys

PARENT = "SWARMFILE_PARENT"
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Asks Linux for SIGTERM when the parent is gone; elsewhere the package watches it."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(os.environ[PARENT]):  # it ended before we asked
        sys.exit(1)


if __name__ == "__main__":
    end_with_parent()
    from locust.main import main

    main()
