"""Compares each hold with what is installed; run as a process, it prints as JSON what is wrong."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# It patches the standard library, and so comes before whatever uses it.
import locust  # noqa: F401

from swarmfile.patches.holds import HOLDS
from swarmfile.patches.holds.hold import (
    Attributes,
    Behaviour,
    Check,
    Hold,
    Parameters,
    Signature,
    Source,
    Text,
    Value,
)
from swarmfile.patches.versions import TESTED
from tests.unit.patches import behaviours_of_libraries, behaviours_of_locust
from tests.unit.patches.hold_things import MADE

CHECKS = {f"{hold.id}-{number}": (hold, check) for hold in HOLDS for number, check in enumerate(hold.checks)}


class WrongError(Exception):
    """What is not as it was recorded."""


def all_complaints() -> Iterator[tuple[str, str]]:
    """Yields the cases that are wrong, each with what to read."""
    for case, (hold, check) in CHECKS.items():
        try:
            CHECKERS[type(check)](check)
        except (Exception, SystemExit) as error:
            yield case, complaint(hold, check, error)


def complaint(hold: Hold, check: Check, error: BaseException) -> str:
    """Returns which record it is, what is different, what breaks, and what to read."""
    what = getattr(check, "target", getattr(check, "name", ""))
    line = traceback.extract_tb(error.__traceback__)[-1].line
    said = str(error) if isinstance(error, WrongError) else f"{type(error).__name__}: {error or line}"
    return "\n".join(
        [
            f"hold {hold.id!r} ({hold.kind.value} of {hold.library}): {what}: {said}",
            f"  recorded with {hold.library} {TESTED[hold.library]}; installed is {installed(hold.library)}",
            f"  needed because: {hold.why}",
            f"  without it: {hold.breaks}",
            f"  read: {place(what)}",
            f"  then: {'; '.join(hold.users)}",
            f"  then change both, and the record {hold.id!r}",
        ]
    )


def installed(library: str) -> str:
    """Returns the version that is there."""
    return sys.version.split()[0] if library == "cpython" else importlib.metadata.version(library)


def place(target: str) -> str:
    """Returns file and line of a target, or the target where it has none."""
    try:
        found = function_of(target)
        return f"{inspect.getsourcefile(found)}:{inspect.getsourcelines(found)[1]}"
    except (WrongError, AttributeError, ImportError, OSError, TypeError, ValueError):
        return target


def check_signature(check: Signature) -> None:
    """Compares parameters, without annotations."""
    found = bare_signature(function_of(check.target))
    if found != check.text:
        raise WrongError(f"takes {found}, not {check.text}")


def check_parameters(check: Parameters) -> None:
    """Looks for each parameter that is passed by name."""
    known = inspect.signature(function_of(check.target)).parameters
    if missing := [name for name in check.names if name not in known]:
        raise WrongError(f"takes no {', '.join(missing)}")


def check_source(check: Source) -> None:
    """Compares the source's digest."""
    found = digest(check.target)
    if found != check.sha256:
        raise WrongError(f"its source has changed (sha256 {found}), and ours does the same as the recorded one")


def check_text(check: Text) -> None:
    """Looks for the pieces in their order."""
    source, position = source_of(check.target), 0
    for piece in check.pieces:
        found = source.find(piece, position)
        if found < 0:
            raise WrongError(f"its source has no {piece!r}" + (" behind the pieces before it" if position else ""))
        position = found + len(piece)


def check_attributes(check: Attributes) -> None:
    """Looks for each attribute."""
    thing = resolve(check.target)
    if missing := [name for name in check.names if not hasattr(thing, name)]:
        raise WrongError(f"has no {', '.join(missing)}")


def check_value(check: Value) -> None:
    """Compares the value as it was before anything of ours replaced it."""
    found = repr(resolve(check.target))
    if found != check.text:
        raise WrongError(f"is {found}, not {check.text}")


def check_behaviour(check: Behaviour) -> None:
    """Tries it out."""
    where = behaviours_of_locust if hasattr(behaviours_of_locust, check.name) else behaviours_of_libraries
    getattr(where, check.name)()


CHECKERS: dict[type, Callable[..., None]] = {
    Signature: check_signature,
    Parameters: check_parameters,
    Source: check_source,
    Text: check_text,
    Attributes: check_attributes,
    Value: check_value,
    Behaviour: check_behaviour,
}


def resolve(target: str) -> Any:  # noqa: ANN401 - whatever there is
    """Returns what `module:qualified.name` or `made:name.attribute` means."""
    module, _, path = target.partition(":")
    name, *rest = path.split(".") if path else [""]
    thing: Any
    if module == "made":
        thing = MADE[name]()
    else:
        thing = importlib.import_module(module)
        rest = [name, *rest] if name else []
    for part in rest:
        thing = inspect.getattr_static(thing, part) if inspect.isclass(thing) else getattr(thing, part)
    return thing


def function_of(target: str) -> Any:  # noqa: ANN401
    """Returns a target's function; of a property the getter."""
    thing = resolve(target)
    thing = thing.fget if isinstance(thing, property) else thing
    return thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing


def source_of(target: str) -> str:
    """Returns a target's source; of a package's path the file's text."""
    if ":" in target:
        return inspect.getsource(function_of(target))
    package, _, path = target.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise WrongError("is not there")
    return (Path(spec.origin).parent / path).read_text("utf-8")


def digest(target: str) -> str:
    """Returns the sha256 of a target's source."""
    return hashlib.sha256(source_of(target).encode()).hexdigest()


def bare_signature(function: Callable[..., object]) -> str:
    """Returns the parameters without annotations, which Python versions write differently."""
    signature = inspect.signature(function)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


if __name__ == "__main__":
    # The last line: Locust and its runners may write before it.
    sys.stdout.write("\n" + json.dumps(dict(all_complaints())) + "\n")
    sys.stdout.flush()
    os._exit(0)
