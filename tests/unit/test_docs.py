"""All pages: their links lead somewhere; their commands, options, values and files exist."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.cli.main import cli
from tests.pages import PAGES, ROOT, anchors, blocks, commands, inline_code, links, name, table

CHART = ROOT / "locust-tests" / "chart-config"
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
UPSTREAM: dict[str, Any] = yaml.safe_load((CHART / "files" / "upstream-defaults.yaml").read_text("utf-8"))
# Files whose names begin like a value.
FILES = re.compile(r".*\.(py|ya?ml|json|csv|html|md|xml|tpl|gotmpl|txt|crt|key)")
FOLDERS = "config|docs|examples|helm-default-values|locust-tests|swarmfile|tests|tools|image|benchmarks|demo"


each_page = pytest.mark.parametrize("page", PAGES, ids=name)


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


@each_page
def test_a_link_leads_to_a_file_and_an_anchor(page: Path) -> None:
    assert [link for link in links(page) if not leads_somewhere(page, link)] == []


def test_each_page_can_be_reached_from_the_readme() -> None:
    reached, left = set[Path](), [ROOT / "README.md"]
    while left:
        page = left.pop()
        reached.add(page)
        targets = {(page.parent / link.split("#")[0]).resolve() for link in links(page) if link[0] != "#"}
        left += [target for target in targets if target in PAGES and target not in reached]
    assert {name(page) for page in PAGES} == {name(page) for page in reached}


@each_page
def test_a_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = {target for line in commands(page) for target in re.findall(r"^make ([a-z-]+)", line)}
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def unknown_options(line: str) -> Iterator[str]:
    names = "|".join(sorted(cli.commands))
    for command, arguments in re.findall(rf"\bswarmfile ({names})\b([^;#|]*)", line):
        group = cli.commands[command]
        named = [group, *getattr(group, "commands", {}).values()]
        known = {option for one in named for parameter in one.params for option in parameter.opts} | {"--help"}
        yield from set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", arguments)) - known


@each_page
def test_a_command_and_its_options_exist(page: Path) -> None:
    lines = list(commands(page))
    named = {found for line in lines for found in re.findall(r"^(?:[A-Z_]+=\S+ )*swarmfile ([a-z]+)", line)}
    assert named <= set(cli.commands)
    assert [(line, option) for line in lines for option in unknown_options(line)] == []


@each_page
def test_a_module_that_is_run_exists(page: Path) -> None:
    modules = {module for line in commands(page) for module in re.findall(r"python -m ([\w.]+)", line)}
    assert [module for module in modules if importlib.util.find_spec(module) is None] == []


@each_page
def test_a_file_that_is_named_exists(page: Path) -> None:
    named = {word for word in inline_code(page) if re.fullmatch(rf"({FOLDERS})/[\w./<>-]+", word)}
    paths = {
        word: ROOT / word.replace("<type>", "smoke").replace("<name>", "wait").replace("<kind>", "swarm")
        for word in named
    }
    assert [word for word, path in paths.items() if not path.exists()] == []


def is_value(key: str, values: object) -> bool:
    """Whether values have a key; what may hold anything (nothing, an empty map, a list) has every key."""
    first, _, rest = key.partition(".")
    if values is None or values == {} or isinstance(values, list):
        return True
    if not isinstance(values, dict) or first not in values:
        return False
    return not rest or is_value(rest, values[first])


def keys(page: Path) -> Iterator[str]:
    """Yields each value that the page names, with dots, in a sentence or after --set."""
    words = [re.split(r"[:=\s]", code)[0] for code in inline_code(page)]
    yield from (word for word in words if "." in word and not FILES.fullmatch(word))
    for line in commands(page):
        for pairs in re.findall(r"--(?:state-values-)?set(?:-file|-literal)? ['\"]?(\S+?=\S*)", line):
            yield from (re.split(r"\\|\[", pair.split("=")[0])[0] for pair in pairs.split(",") if "=" in pair)


def is_known(key: str) -> bool:
    first = key.split(".")[0]
    roots = [values for values in (VALUES, UPSTREAM) if first in values]
    # What begins otherwise is no value: events.quitting, my.py.
    return not roots or any(is_value(key, values) for values in roots)


@each_page
def test_a_value_that_is_named_exists(page: Path) -> None:
    assert [key for key in keys(page) if not is_known(key)] == []


@each_page
def test_a_yaml_example_has_the_chart_s_keys(page: Path) -> None:
    documents = [document for block in blocks(page, "yaml") for document in yaml.safe_load_all(block)]
    # Manifests are held against their API elsewhere.
    ours = [document for document in documents if "apiVersion" not in document]
    parts = [(first, inner) for document in ours for first, inner in document.items()]
    named = [f"{first}.{second}" for first, inner in parts for second in (inner if isinstance(inner, dict) else ())]
    named += [first for first, inner in parts if not isinstance(inner, dict)]
    assert [key for key in named if not is_value(key, VALUES)] == []


@each_page
def test_a_python_example_compiles(page: Path) -> None:
    for block in blocks(page, "python"):
        compile(block, name(page), "exec")


@pytest.mark.parametrize("variable", [row[0].strip("`") for row in table(ROOT / "docs" / "kubernetes.md", "Variables")])
def test_a_variable_is_read_by_helmfile(variable: str) -> None:
    sources = [ROOT / "helmfile.yaml.gotmpl", *(ROOT / "helm-default-values").glob("*.gotmpl")]
    assert any(f'env "{variable}"' in source.read_text("utf-8") for source in sources)


@pytest.mark.parametrize("page", ["locust.md", "upstream-chart.md", "helm.md"])
def test_each_fact_says_in_which_version_it_was_seen(page: str) -> None:
    rows = re.findall(r"^\| (?!Fact |---)(.*) \|$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 10
    assert [row for row in rows if not re.search(r"\d+\.\d+", row.rsplit(" | ", 1)[1])] == []


def test_where_laptop_environments_and_chart_differ_names_keys_that_exist() -> None:
    words = {word for word in inline_code(ROOT / "docs" / "differences.md") if re.fullmatch("[a-z][A-Za-z]+", word)}
    # Of the upstream chart only what its master reads is known here.
    others = {"worker", "ingress", "deployment", "selectedFile", "existingSecret"}
    assert words - set(VALUES) - set(UPSTREAM) - others == set()
