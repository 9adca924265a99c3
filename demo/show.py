"""`make demo`: the smoke test for about 20 s, with two workers, against a demo target on this machine."""

import sys

from demo.process import running_target
from swarmfile.cli.main import exit_code

LOAD = ("--workers", "2", "--users", "20", "--spawn-rate", "10", "--run-time", "20s")


def main() -> int:
    """Returns the run's exit code; arguments of `swarmfile run` may be added, for example --results."""
    with running_target() as target:
        return exit_code(["run", "smoke", "--host", target.url, *LOAD, "--note", "make demo", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
