"""Reads a test definition from the files that helmfile reads, merged as helmfile and helm merge them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.layers import Layer, merged
from swarmfile.cli.definition.set_values import set_layer
from swarmfile.cli.definition.values import Value, Values
from swarmfile.cli.definition.yaml_file import read_helm_values, read_values

CHART_DEFAULTS = "locust-tests/chart-config/values.yaml"
NULLS_STAY = ("assertions", "upstream", "locustfile")


@dataclass(frozen=True)
class Definition:
    """One test type's definition: `test` are our chart's values, `upstream` the upstream chart's."""

    clone: Clone
    type: str
    test: Values
    upstream: Values
    test_layers: tuple[Layer, ...]
    upstream_layers: tuple[Layer, ...]


def read_definition(clone: Clone, test_type: str, sets: Sequence[str], flags: Sequence[Layer] = ()) -> Definition:
    """Merges defaults, config/<type>/, each `--set`, then `flags`; raises BadInputError for an unreadable file."""
    clone.refuse_unknown(test_type)
    defaults = _defaults(clone.root / CHART_DEFAULTS)
    written = [_file(clone, name) for name in clone.value_files(test_type, "test")]
    over = [set_layer(sets), *flags, Layer("the environment's name", {"type": test_type})]
    given = merged([*written, *over])
    layers = (defaults, *written, *over)
    upstream = _upstream_layers(clone, test_type, layers[1:])
    # As in helmfile the schema judges both files at once, upstream's under a key of its own.
    test = {
        **over_defaults(defaults.values, without_nulls(given)),
        "upstream": merged([*upstream[:2], Layer("", _map(given.get("upstream")))]),
    }
    return Definition(clone, test_type, test, test["upstream"], layers, upstream)


def _upstream_layers(clone: Clone, test_type: str, test_layers: Sequence[Layer]) -> tuple[Layer, ...]:
    names = clone.value_files(test_type, "locust")
    files = [Layer(name, read_helm_values(clone.root / name, name)) for name in names]
    upstreams = ((layer.source, layer.values.get("upstream")) for layer in test_layers)
    return (*files, *(Layer(source, values) for source, values in upstreams if isinstance(values, Mapping)))


def without_nulls(given: Values) -> dict[str, Value]:
    """Returns what values say, as helm-default-values/definition.yml.gotmpl does: a section or a key that is null means
    the default. An assertion's null means that nothing is asserted; upstream's chart knows nulls of its own.
    """
    said = {name: value for name, value in given.items() if value is not None}
    maps = {name: value for name, value in said.items() if isinstance(value, Mapping) and name not in NULLS_STAY}
    return {
        **said,
        **{name: {key: each for key, each in value.items() if each is not None} for name, value in maps.items()},
    }


def over_defaults(defaults: Values, values: Values) -> dict[str, Value]:
    """Returns a chart's defaults under given values, as helm does: a null removes the default, be it its own."""
    both = {**defaults, **values}
    kept = {key: value for key, value in both.items() if value is not None or key not in defaults}
    maps = {key: value for key, value in kept.items() if isinstance(value, Mapping)}
    return {**kept, **{key: over_defaults(_map(defaults.get(key)), value) for key, value in maps.items()}}


def _map(value: Value) -> Values:
    return value if isinstance(value, Mapping) else {}


@lru_cache
def _defaults(file: FilePath) -> Layer:
    """The same for all test types, and the longest of the files."""
    return Layer(CHART_DEFAULTS, read_values(file, CHART_DEFAULTS))


def _file(clone: Clone, name: str) -> Layer:
    return Layer(name, read_values(clone.root / name, name))
