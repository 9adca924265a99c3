"""What contradicts itself although each value alone is right, by the chart's files/contradictions.yaml."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

import yaml

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import Layer, source_of
from swarmfile.cli.definition.values import Path, Value, Values, at
from swarmfile.cli.validate.finding import Finding
from swarmfile.definition import durations

Rule = dict[str, Any]


def contradictions(definition: Definition) -> Iterator[Finding]:
    """Yields a finding for each rule that the definition breaks, as the chart's templates would refuse it."""
    values, defaults = definition.test, _defaults(definition.clone)
    for rule in _rules(definition.clone):
        if all(_holds(name, rule[name], values, defaults) for name in rule if name not in ("key", "say")):
            yield _finding(definition, rule)


def _holds(condition: str, wanted: Value, values: Values, defaults: Values) -> bool:
    if condition == "changed":
        return all(at(values, *path.split(".")) not in (None, defaults.get(path)) for path in wanted)
    return _CONDITIONS[condition](wanted, values)


def _given(paths: list[str], values: Values) -> bool:
    return all(_at(values, path) for path in paths)


def _without(paths: list[str], values: Values) -> bool:
    return not any(_at(values, path) for path in paths)


def _any(paths: list[str], values: Values) -> bool:
    return not _without(paths, values)


def _like(patterns: dict[str, str], values: Values) -> bool:
    return all(re.search(pattern, _text(values, path)) for path, pattern in patterns.items())


def _unlike(patterns: dict[str, str], values: Values) -> bool:
    texts = {path: _text(values, path) for path in patterns}
    return all(texts[path] and not re.search(pattern, texts[path]) for path, pattern in patterns.items())


def _more(paths: list[str], values: Values) -> bool:
    first, second = (float(_at(values, path) or 0) for path in paths)
    return first > second


def _longer(paths: list[str], values: Values) -> bool:
    first, second = (durations.seconds(_at(values, path) or 0) for path in paths)
    return first > second


def _same(paths: list[str], values: Values) -> bool:
    first, second = (_text(values, path) for path in paths)
    return bool(first) and first == second


def _falling(paths: list[str], values: Values) -> bool:
    lists = [_at(values, path) or [] for path in paths]
    return all(any(later <= earlier for earlier, later in pairwise(each)) for each in lists)


_CONDITIONS: dict[str, Callable[[Any, Values], bool]] = {
    "given": _given,
    "without": _without,
    "any": _any,
    "like": _like,
    "unlike": _unlike,
    "more": _more,
    "longer": _longer,
    "same": _same,
    "falling": _falling,
}


def _finding(definition: Definition, rule: Rule) -> Finding:
    path = tuple(rule["key"].split("."))
    layers = definition.test_layers
    if path[0] == "upstream":
        layers, path = definition.upstream_layers, path[1:]
    source = _source(layers, [path, *_paths(rule)])
    say = re.sub(r"\{([^{}]+)\}", lambda found: _text(definition.test, found[1]), rule["say"])
    return Finding(f"{source}: {'.'.join(path)}: {say}", source=source, path=path)


def _source(layers: Sequence[Layer], paths: Sequence[Path]) -> str:
    """Returns the last source that says anything of what contradicts itself: what lies below it was right alone."""
    sources = [layer.source for layer in layers]
    return max((source_of(layers, path) for path in paths), key=sources.index)


def _paths(rule: Rule) -> Iterator[Path]:
    for condition in rule.keys() - {"key", "say"}:
        for path in rule[condition]:
            if path != "upstream":
                yield tuple(path.removeprefix("upstream.").split("."))


def _at(values: Values, path: str) -> Value:
    """As the templates read it: what is empty is nothing."""
    return at(values, *path.split(".")) or ""


def _text(values: Values, path: str) -> str:
    found = _at(values, path)
    return found if isinstance(found, str) else json.dumps(found)


def _rules(clone: Clone) -> list[Rule]:
    return _read(clone.scripts / "contradictions.yaml")


def _defaults(clone: Clone) -> dict[str, Value]:
    return json.loads((clone.scripts / "defaults.json").read_text("utf-8"))  # type: ignore[no-any-return]


@lru_cache
def _read(file: FilePath) -> list[Rule]:
    return list(yaml.safe_load(file.read_text("utf-8")))
