"""Turns upstream's master.args and worker.args into the arguments of Locust processes on this machine."""

import re
from collections.abc import Iterable, Mapping

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError

# What this command line decides itself, with the number of values that follow each flag.
_OURS = {
    "--master": 0,
    "--worker": 0,
    "--headless": 0,
    "--autostart": 0,
    "--web-login": 0,
    "--skip-log-setup": 0,
    "--master-bind-host": 1,
    "--master-bind-port": 1,
    "--master-host": 1,
    "--master-port": 1,
    "--expect-workers": 1,
    "--expect-workers-max-wait": 1,
    "--autoquit": 1,
    "--web-host": 1,
    "--web-port": 1,
    "-P": 1,
    "--web-base-path": 1,
    "--tls-cert": 1,
    "--tls-key": 1,
    "--processes": 1,
    "--config": 1,
    "--logfile": 1,
    "--locustfile": 1,
    "-f": 1,
    "--host": 1,
    "-H": 1,
}
_LOAD = {
    "users": ("--users", "-u", re.compile(r"[1-9]\d*"), "a whole number above 0, for example --users=10"),
    "spawnRate": (
        "--spawn-rate",
        "-r",
        re.compile(r"(?!0*\.?0*$)\d*\.?\d+"),
        "a number above 0, for example --spawn-rate=5",
    ),
    "runTime": (
        "--run-time",
        "-t",
        re.compile(r"[1-9]\d*s?|(?=.)(\d+h)?(\d+m)?(\d+s)?"),
        "a duration, for example --run-time=2m",
    ),
}
_LOAD_FLAGS = {flag: 1 for rule in _LOAD.values() for flag in rule[:2]}


def words(entries: Iterable[object]) -> list[str]:
    """Splits entries at blanks, as the pod's shell does: upstream's entrypoint leaves them unquoted."""
    return [word for entry in entries for word in str(entry).split()]


def value_of(arguments: list[str], *flags: str) -> str | None:
    """Returns the last value given to one of the flags, written --flag=value, --flag value or -fvalue."""
    found = None
    for position, word in enumerate(arguments):
        name, _, value = _parts(word, flags)
        if name in flags:
            found = value if value is not None else next(iter(arguments[position + 1 : position + 2]), None)
    return found


def without(arguments: list[str], flags: Mapping[str, int]) -> list[str]:
    """Returns the arguments without these flags; each says how many values follow it."""
    kept: list[str] = []
    skip = 0
    for word in arguments:
        name, known, value = _parts(word, flags)
        if skip:
            skip -= 1
        elif known:
            skip = flags[name] if value is None else 0
        else:
            kept.append(word)
    return kept


def starts_by_itself(definition: Definition) -> bool:
    """Says whether the load begins without a click in the web UI."""
    automatic = bool({"--autostart", "--headless"} & set(words(_entries(definition, "master"))))
    return automatic or definition.test.get("mode") == "job" or bool(at(definition.test, "loadTest", "autostart"))


def master_arguments(definition: Definition) -> list[str]:
    """Returns the load and every other argument that makes sense on this machine, as Locust reads them."""
    arguments = without(words(_entries(definition, "master")), _OURS)
    # Stages are the whole load: Locust would ignore these three and say so.
    load = {} if definition.test.get("stages") else _load(definition, arguments)
    flags = [f"{_LOAD[name][0]}={value}" for name, value in load.items()]
    more = without(words(at(definition.test, "loadTest", "extraArgs") or []), _OURS)
    # Tags take any number of values, so they come last.
    return [*flags, *without(arguments, _LOAD_FLAGS), *more, *_tags(definition)]


def worker_arguments(definition: Definition) -> list[str]:
    """Returns worker.args without what this command line decides itself."""
    return [*without(words(_entries(definition, "worker")), _OURS), *_tags(definition)]


def _entries(definition: Definition, role: str) -> list[object]:
    entries = at(definition.upstream, role, "args") or []
    if isinstance(entries, list):
        return entries
    source = source_of(definition.upstream_layers, (role, "args"))
    raise BadInputError(
        f"{source}: {role}.args: {entries!r} is not a list; write one argument per line, for example - --users=10"
    )


def _load(definition: Definition, arguments: list[str]) -> dict[str, str]:
    """Users, spawn rate and run time: loadTest's own go before master.args, and these before the profile."""
    test = at(definition.test, "loadTest") or {}
    profile = at(definition.test, "profiles", test.get("profile") or "") or {}
    found: dict[str, str] = {}
    for name, (flag, short, pattern, form) in _LOAD.items():
        argument = value_of(arguments, flag, short)
        value = next((v for v in (test.get(name), argument, profile.get(name)) if v is not None), None)
        if value is not None and not pattern.fullmatch(str(value)):
            raise BadInputError(f"{_place_of_load(definition, name)}: {str(value)!r} cannot be read; write {form}")
        if value is not None:
            found[name] = f"{value:g}" if isinstance(value, float) else str(value)
    return found


def _place_of_load(definition: Definition, name: str) -> str:
    if at(definition.test, "loadTest", name) is not None:
        return f"{source_of(definition.test_layers, ('loadTest', name))}: loadTest.{name}"
    return f"{source_of(definition.upstream_layers, ('master', 'args'))}: master.args: {_LOAD[name][0]}"


def _tags(definition: Definition) -> list[str]:
    test, upstream = at(definition.test, "loadTest") or {}, at(definition.upstream, "loadtest") or {}
    tags = words([upstream.get("tags") or ""]) + words(test.get("tags") or [])
    excluded = words([upstream.get("excludeTags") or ""]) + words(test.get("excludeTags") or [])
    return [*(["--tags", *tags] if tags else []), *(["--exclude-tags", *excluded] if excluded else [])]


def _parts(word: str, flags: Iterable[str]) -> tuple[str, bool, str | None]:
    """Returns a word's flag, whether it is among `flags`, and the value within the word if there is one."""
    name, equals, value = word.partition("=")
    if name in flags:
        return name, True, value if equals else None
    short = word[:2]
    if short in flags and not word.startswith("--") and len(word) > 2:
        return short, True, word[2:]
    return name, False, None
