"""Gives Locust the load that results from the definition and its command line, before anything reads it."""

import logging
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from locust import events
from locust.argument_parser import get_parser
from locust.env import Environment
from locust.runners import Runner, WorkerRunner

from swarmfile.definition.load import Load, LoadOptions, resolve, sentence
from swarmfile.run.context import Context

logger = logging.getLogger("swarmfile")

# Locust's names for the parts of a load.
NAMES = {
    "users": "num_users",
    "spawn_rate": "spawn_rate",
    "run_time_s": "run_time",
    "expected_workers": "expect_workers",
    "wait_s": "expect_workers_max_wait",
    "headless": "headless",
    "autostart": "autostart",
    "autoquit_s": "autoquit",
    "tags": "tags",
    "excluded_tags": "exclude_tags",
}


def install(context: Context) -> None:
    """Applies the load in the process that leads; workers are told it by their master, tags included."""

    def on_init(environment: Environment, runner: Runner, **_: object) -> None:
        if environment.parsed_options and not isinstance(runner, WorkerRunner):
            load = load_of(context, environment.parsed_options, sys.argv[1:])
            apply(load, environment.parsed_options)
            logger.info("swarmfile: load: %s", sentence(context.settings, load))

    # Not made quiet: another load than the one that is written down must not run.
    events.init.add_listener(on_init)


def load_of(context: Context, options: Namespace, words: Sequence[str]) -> Load:
    """Returns the load of this process; `words` is the command line that Locust made `options` of."""
    extra = context.settings.load_test.extra_args
    return resolve(
        context.settings,
        _among(options, written(words)),
        _among(options, written(extra, environ={}, config_files=())),
        one_run_only=context.one_run_only,
    )


def apply(load: Load, options: Namespace) -> None:
    """Sets Locust's options to the load; what the load leaves open stays as it is."""
    for name, own in NAMES.items():
        value = getattr(load, name)
        if value is not None:
            setattr(options, own, list(value) if isinstance(value, tuple) else value)


def written(
    words: Iterable[str], environ: Mapping[str, str] | None = None, config_files: Sequence[str] | None = None
) -> set[str]:
    """Returns the parts of a load that Locust's arguments, variables and files name, even where they repeat a default.

    environ, config_files: None for those of this process
    """
    parser = get_parser() if config_files is None else get_parser(default_config_files=list(config_files))
    parser.set_defaults(**dict.fromkeys(NAMES.values()))
    found, _ = parser.parse_known_args(list(words), **({} if environ is None else {"env_vars": dict(environ)}))
    return {name for name, own in NAMES.items() if getattr(found, own) is not None}


def _among(options: Namespace, names: Iterable[str]) -> LoadOptions:
    values: dict[str, Any] = {name: getattr(options, NAMES[name]) for name in names}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return LoadOptions(**(values | lists))
