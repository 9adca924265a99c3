"""Looks at a script without running it: whether it has a user, what it imports, how its requests can be called."""

import ast
import sys
from collections.abc import Iterator, Mapping

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.script import Script, find_libs, find_script
from swarmfile.cli.definition.values import Path, at
from swarmfile.cli.errors import BadInputError, did_you_mean
from swarmfile.cli.local.packages import wanted_packages
from swarmfile.cli.validate.finding import Finding, Level
from swarmfile.cli.validate.image import in_the_image
from swarmfile.definition.settings import parse
from swarmfile.stats.scope import ScopeKind

# What ends or holds up a process that only wanted to load the script.
_ENDS = {"sys.exit", "os._exit", "exit", "quit"}


def script_findings(definition: Definition, locustfile: str | None, libs: str | None) -> Iterator[Finding]:
    """Yields what can be known of the script by reading it; nothing where it cannot be read, which others say."""
    try:
        script, modules = find_script(definition, locustfile), find_libs(definition, libs)
    except BadInputError:
        return
    tree = ast.parse(script.text)
    yield from _of_users(script, tree)
    yield from _of_start(script, tree)
    yield from _of_imports(script, tree, definition, modules)
    yield from _of_shapes(definition, tree)
    yield from _of_names(definition, [tree, *(ast.parse(text) for text in modules.values())])


def _of_users(script: Script, tree: ast.Module) -> Iterator[Finding]:
    """Only where nothing can be one: no class that inherits, none imported from elsewhere, none made by a call."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    elsewhere = {name for node in tree.body for name in _imported(node)} - {"locust", *sys.stdlib_module_names}
    made = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in ("type", "exec", "__import__")]
    if not (any(node.bases for node in classes) or elsewhere or made):
        example = "class Shopper(HttpUser): …"
        yield Finding(f"{script.name}: no class is a user, so nothing would run; write one, for example {example}")
    names = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(
            f"{script.name}: {name} stands there twice, and only the last one counts; rename one", Level.WARNING
        )


def _of_start(script: Script, tree: ast.Module) -> Iterator[Finding]:
    for statement in tree.body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        called = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        place = f"{script.name}: line {statement.lineno}"
        if called in _ENDS:
            yield Finding(f"{place}: {called}() ends Locust while it loads the script; remove it")
        if called in ("time.sleep", "sleep"):
            yield Finding(f"{place}: {called}() holds up the start; remove it", Level.WARNING)


def _of_imports(
    script: Script, tree: ast.Module, definition: Definition, modules: Mapping[str, bytes]
) -> Iterator[Finding]:
    """Those that are always executed; what is imported in a try or in a function may be meant to be missing."""
    own = {name.removesuffix(".py") for name in modules}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "lib" and not node.level:
            for alias in node.names:
                if alias.name not in own | {"*"} and "__init__.py" not in modules:
                    hint = did_you_mean(alias.name, sorted(own))
                    yield Finding(f"{script.name}: line {node.lineno}: there is no lib/{alias.name}.py; {hint}")
        for name in _imported(node):
            if not (wanted_packages(definition) or _known(name)):
                what = f"import {name}: neither Locust's image nor pipPackages have it"
                yield Finding(f"{script.name}: line {node.lineno}: {what}; write pipPackages: [{name}]", Level.WARNING)


def _imported(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {node.module.split(".")[0]} if isinstance(node, ast.ImportFrom) and node.module and not node.level else set()


def _known(name: str) -> bool:
    return name in sys.stdlib_module_names or name in ("lib", "locust", "swarmfile") or in_the_image(name)


def _of_shapes(definition: Definition, tree: ast.Module) -> Iterator[Finding]:
    key = next((key for key in (("stages",), ("arrivals", "rate")) if at(definition.test, *key)), None)
    bases = {ast.unparse(base) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases}
    if key and any(base.endswith("LoadTestShape") for base in bases):
        yield _at_key(
            definition, key, "the script has a load shape as well, and only one can count; remove one of them"
        )


def _of_names(definition: Definition, trees: list[ast.Module]) -> Iterator[Finding]:
    """Names in criteria that stand nowhere in the code, unless the code puts names together."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    if any(isinstance(node, ast.JoinedStr | ast.Mod) for node in nodes):
        return
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for index, name in _scopes(definition):
        path = name.split(" ", 1)[-1]
        if not any(path == text or path.endswith(text) for text in texts if text):
            yield _at_key(definition, ("assertions", "criteria", index), f"no request of the script is called {name!r}")


def _scopes(definition: Definition) -> Iterator[tuple[int, str]]:
    try:
        criteria = parse(dict(definition.test)).assertions.criteria
    except ValueError:
        return
    written = at(definition.test, "assertions", "criteria") or []
    for index, criterion in enumerate(criteria[len(criteria) - len(written) :]):
        if criterion.scope.kind is ScopeKind.NAME:
            yield index, criterion.scope.text


def _at_key(definition: Definition, path: Path, message: str) -> Finding:
    source = source_of(definition.test_layers, path)
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return Finding(f"{source}: {key}: {message}", Level.WARNING, source, path)
