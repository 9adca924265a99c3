"""Lets a worker take the order to spawn users in a moment, where Locust needs 160 ms of CPU (2.47, measured).

For each of its options Locust builds its whole command line's parser anew, to tell whether the option is one of its
own. It does so for every order, once a second during a ramp: users stand still meanwhile, and where the CPU is limited
or busy it takes seconds in which not even a heartbeat goes out.
"""

import functools

from locust import argument_parser

from swarmfile.run.context import Context


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Makes Locust build that parser once in a process."""
    if not hasattr(argument_parser.default_args_dict, "cache_info"):
        argument_parser.default_args_dict = functools.cache(argument_parser.default_args_dict)
