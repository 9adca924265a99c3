"""Turns upstream's master.args and worker.args into the arguments of Locust processes on this machine."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError
from swarmfile.definition import durations
from swarmfile.definition.load import Load, LoadOptions, resolve
from swarmfile.definition.settings import Settings

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
_LOAD: dict[str, tuple[tuple[str, str], re.Pattern[str], Callable[[str], float], str]] = {
    "users": (("--users", "-u"), re.compile(r"[1-9]\d*"), int, "a whole number above 0, for example --users=10"),
    "spawn_rate": (
        ("--spawn-rate", "-r"),
        re.compile(r"(?!0*\.?0*$)\d*\.?\d+"),
        float,
        "a number above 0, for example --spawn-rate=5",
    ),
    "run_time_s": (
        ("--run-time", "-t"),
        re.compile(r"[1-9]\d*s?|(?=.)(\d+h)?(\d+m)?(\d+s)?"),
        durations.seconds,
        "a duration, for example --run-time=2m",
    ),
}


_TAGS = {"tags": "--tags", "excludeTags": "--exclude-tags"}


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


def load_of(definition: Definition, settings: Settings) -> Load:
    """Returns the load that the master on this machine will apply; raises BadInputError for one that cannot be read."""
    return resolve(settings, _options(definition), _extra(definition), one_run_only=False)


def master_arguments(definition: Definition) -> list[str]:
    """Returns what is written for the master and makes sense on this machine; loadTest is the plugin's to apply."""
    written, extra = words(_entries(definition, "master")), _extra_words(definition)
    start = ["--autostart"] if _starts([*written, *extra]) else []
    return [*start, *without(written, _OURS), *_tags(definition), *without(extra, _OURS)]


def worker_arguments(definition: Definition) -> list[str]:
    """Returns worker.args without what this command line decides itself; the master tells workers its tags."""
    return without(words(_entries(definition, "worker")), _OURS)


def _entries(definition: Definition, role: str) -> list[object]:
    entries = at(definition.upstream, role, "args") or []
    if isinstance(entries, list):
        return entries
    source = source_of(definition.upstream_layers, (role, "args"))
    raise BadInputError(
        f"{source}: {role}.args: {entries!r} is not a list; write one argument per line, for example - --users=10"
    )


def _options(definition: Definition) -> LoadOptions:
    place = f"{source_of(definition.upstream_layers, ('master', 'args'))}: master.args"
    given = [*words(_entries(definition, "master")), *_extra_words(definition)]
    tags, excluded = (tuple(words([at(definition.upstream, "loadtest", key) or ""])) for key in _TAGS)
    return LoadOptions(
        **_read(given, place), autostart=_starts(given) or None, tags=tags or None, excluded_tags=excluded or None
    )


def _extra(definition: Definition) -> LoadOptions:
    place = f"{source_of(definition.test_layers, ('loadTest', 'extraArgs'))}: loadTest.extraArgs"
    return LoadOptions(**_read(_extra_words(definition), place))


def _extra_words(definition: Definition) -> list[str]:
    return words(at(definition.test, "loadTest", "extraArgs") or [])


def _read(arguments: list[str], place: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (flags, pattern, read, form) in _LOAD.items():
        value = value_of(arguments, *flags)
        if value is not None and not pattern.fullmatch(value):
            raise BadInputError(f"{place}: {flags[0]}: {value!r} cannot be read; write {form}")
        if value is not None:
            found[name] = read(value)
    return found


def _starts(arguments: list[str]) -> bool:
    return bool({"--autostart", "--headless"} & set(arguments))


def _tags(definition: Definition) -> list[str]:
    """Upstream's own values, which its chart makes arguments of."""
    given = {flag: words([at(definition.upstream, "loadtest", key) or ""]) for key, flag in _TAGS.items()}
    return [word for flag, tags in given.items() if tags for word in (flag, *tags)]


def _parts(word: str, flags: Iterable[str]) -> tuple[str, bool, str | None]:
    """Returns a word's flag, whether it is among `flags`, and the value within the word if there is one."""
    name, equals, value = word.partition("=")
    if name in flags:
        return name, True, value if equals else None
    short = word[:2]
    if short in flags and not word.startswith("--") and len(word) > 2:
        return short, True, word[2:]
    return name, False, None
