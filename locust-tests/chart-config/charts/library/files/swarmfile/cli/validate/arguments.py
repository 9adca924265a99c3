"""Judges master.args, worker.args and loadTest.extraArgs word by word, by the chart's table of Locust's options.

helm's templates (charts/library/templates/_arguments.tpl) go the same way through the same words and two files.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.definition.values import Path, at
from swarmfile.cli.errors import BadInputError, did_you_mean
from swarmfile.cli.local.arguments import words
from swarmfile.cli.local.packages import wanted_packages
from swarmfile.cli.validate.finding import Finding

_OFFICIAL_IMAGE = "locustio/locust"
# Locust asks scripts for options of their own, and plugins bring theirs.
_ADDS_OPTIONS = re.compile(r"command_line_parser|locust[_-]plugins")
_IS_OPTION = re.compile(r"-([^0-9]|$)")


@dataclass(frozen=True)
class Option:
    """One option of Locust: how many values it takes (none, one, many), their pattern, and how it is written."""

    name: str
    takes: str
    pattern: str = ""
    example: str = ""


_UNKNOWN = Option("", "many")


@dataclass(frozen=True)
class Known:
    """Locust's options by each way to write them; those that make no sense here, and whether scripts may add more."""

    options: Mapping[str, Option]
    refused: Mapping[str, str]
    is_open: bool = False


def argument_findings(
    definition: Definition, locustfile: str | None = None, libs: str | None = None
) -> Iterator[Finding]:
    """Yields the first flaw of each list of arguments."""
    known = _known(definition, locustfile, libs)
    places = [(definition.upstream_layers, (role, "args"), definition.upstream) for role in ("master", "worker")]
    places.append((definition.test_layers, ("loadTest", "extraArgs"), definition.test))
    for layers, path, values in places:
        entries = at(values, *path)
        flaw = next(flaws(words(entries), known), None) if isinstance(entries, list) else None
        if flaw:
            yield _finding(source_of(layers, path), path, flaw)


def flaws(given: list[str], known: Known) -> Iterator[str]:
    """Yields what is wrong with the words of a command line, in their order."""
    asked: Option | None = None
    for word in given:
        if _IS_OPTION.match(word):
            yield from _unanswered(asked)
            name, value = _parts(word, known)
            option = known.options.get(name, _UNKNOWN)
            yield from _of_option(word, name, value, option, known)
            asked = option if option.takes != "none" and not value else None
        else:
            yield from _of_value(word, asked)
            asked = asked if asked and asked.takes == "many" else None
    yield from _unanswered(asked)


def _parts(word: str, known: Known) -> tuple[str, str]:
    name, _, value = word.partition("=")
    if word.startswith("--") or name in known.options:
        return name, value
    return word[:2], word[2:]


def _of_option(word: str, name: str, value: str, option: Option, known: Known) -> Iterator[str]:
    if option is _UNKNOWN:
        if not known.is_open:
            yield f"{name} is no option of Locust; {_nearest(name, known)}"
    elif option.name in known.refused:
        yield f"{option.name}: {known.refused[option.name]}"
    elif option.takes == "none" and "=" in word:
        yield f"{option.name} takes no value; write {option.name}"
    elif value and option.takes != "none" and not re.search(option.pattern, value):
        yield f"{option.name}: {value} cannot be read; write for example {option.example}"
    elif "=" in word and not value:
        yield f"{option.name} has no value; write for example {option.example}"


def _nearest(name: str, known: Known) -> str:
    likely = did_you_mean(name, [each for each in known.options if each.startswith("--")])
    return likely if likely.startswith("did") else "write one that `locust --help` lists"


def _of_value(word: str, asked: Option | None) -> Iterator[str]:
    if asked is None:
        yield f"{word} belongs to no option; an option begins with two hyphens, such as --users=10"
    elif asked.pattern and not re.search(asked.pattern, word):
        yield f"{asked.name}: {word} cannot be read; write for example {asked.example}"


def _unanswered(asked: Option | None) -> Iterator[str]:
    if asked and asked.takes != "many":
        yield f"{asked.name} has no value; write for example {asked.example}"


def _known(definition: Definition, locustfile: str | None, libs: str | None) -> Known:
    folder = definition.clone.scripts
    options = json.loads((folder / "locust-options.json").read_text("utf-8"))
    refused = yaml.safe_load((folder / "refused-arguments.yaml").read_text("utf-8"))
    return Known(
        {word: Option(**each) for word, each in options.items()}, refused, _is_open(definition, locustfile, libs)
    )


def _is_open(definition: Definition, locustfile: str | None, libs: str | None) -> bool:
    if (at(definition.upstream, "image", "repository") or _OFFICIAL_IMAGE) != _OFFICIAL_IMAGE:
        return True
    try:
        code = [find_script(definition, locustfile).text, *find_libs(definition, libs).values()]
    except BadInputError:
        return True
    text = b"\n".join(code).decode("utf-8", "replace")
    return bool(_ADDS_OPTIONS.search("\n".join([text, *wanted_packages(definition)])))


def _finding(source: str, path: Path, flaw: str) -> Finding:
    return Finding(f"{source}: {'.'.join(map(str, path))}: {flaw}", source=source, path=path)
