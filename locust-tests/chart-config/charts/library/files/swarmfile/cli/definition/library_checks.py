"""Asks the package what it will say of a definition, so that it is said before anything starts."""

import re
from collections.abc import Callable

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import Path
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.staging import settings_of
from swarmfile.definition.assertions import of_assertions, safety_stop
from swarmfile.definition.settings import Settings, SettingsError, parse
from swarmfile.definition.words import CriterionError


def check_by_library(definition: Definition) -> Settings:
    """Returns the settings as the library reads them.

    Raises BadInputError in the library's words, which begin with the key, and the name of the file before them.
    """
    settings = _said(definition, lambda: parse(settings_of(definition)))
    return _said(definition, lambda: _criteria(settings))


def _criteria(settings: Settings) -> Settings:
    assertions = settings.raw.get("assertions") or {}
    of_assertions(assertions, [stage.name for stage in (settings.arrivals or settings).stages])
    safety_stop(assertions)
    return settings


def _said(definition: Definition, check: Callable[[], Settings]) -> Settings:
    try:
        return check()
    except (SettingsError, CriterionError) as error:
        source = source_of(definition.test_layers, _path(str(error).split(":", 1)[0]))
        raise BadInputError(f"{source}: {error}") from None


def _path(shown: str) -> Path:
    return tuple(int(step) if step.isdecimal() else step for step in re.findall(r"[^.\[\]]+", shown))
