"""Installs the plugin's features once in a process, and ends it in one line where the settings are wrong."""

import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from swarmfile.definition.settings import SettingsError
from swarmfile.run.context import Context
from swarmfile.verdict import BAD_INPUT_EXIT_CODE


class Feature(Protocol):
    """A module of the library that the plugin installs; it registers Locust's events and the context's hooks."""

    __name__: str

    def install(self, context: Context) -> None:
        """Called once, before Locust's set-up and, where the plugin is named first, before the script is loaded."""


_installed: list[Context] = []


def install(features: Sequence[Feature], make_context: Callable[[], Context]) -> None:
    """Gives every feature the same context; a second loading of the plugin installs nothing."""
    if _installed:
        return
    try:
        context = make_context()
    except SettingsError as error:
        sys.stderr.write(f"swarmfile: {error}\n")
        sys.exit(BAD_INPUT_EXIT_CODE)
    _installed.append(context)
    for feature in features:
        feature.install(context)
