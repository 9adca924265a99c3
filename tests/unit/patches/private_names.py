"""The names with an underscore in our package that belong to somebody else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from swarmfile.patches.holds.hold import (
    Check,
    Hold,
)
from swarmfile.run.scripts import PACKAGE, package_files

OURS = [path for path in package_files() if "holds" not in path.parts]
# Documented, for all their underscore.
_DOCUMENTED = {"_exit"}


def module_of(user: str) -> str:
    """Returns the module of "http/stats.py: record"."""
    return user.partition(":")[0]


def module_path(path: Path) -> str:
    """Returns a module as records name it."""
    return path.relative_to(PACKAGE).as_posix()


def names_in(user: str) -> bool:
    """Returns whether each name of "http/stats.py: record, Recorder.count" is defined there."""
    file, _, names = user.partition(": ")
    path = PACKAGE / file
    defined = set(definitions(ast.parse(path.read_text("utf-8")))) if path.is_file() else set()
    return set(names.split(", ")) <= defined


def definitions(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Yields the qualified names of functions, classes, constants and imports, nested ones included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield prefix + node.name
            yield from definitions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ImportFrom):
            yield from (prefix + (alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                prefix + name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            )
        elif isinstance(node, ast.If | ast.Try):
            yield from definitions(node, prefix)


def private_names(hold: Hold) -> set[str]:
    """Returns the names with an underscore that a record speaks of."""
    texts = [hold.target, *(text for check in hold.checks for text in texts_of(check))]
    return {name for text in texts for name in re.findall(r"\b_[a-z]\w*", text)}


def texts_of(check: Check) -> list[str]:
    """Returns the texts of a check."""
    return [getattr(check, "target", ""), *getattr(check, "names", ()), *getattr(check, "pieces", ())]


def foreign_private_names() -> Iterator[tuple[str, str]]:
    """Yields module and name of each attribute with an underscore that nothing of ours defines."""
    trees = {module_path(path): ast.parse(path.read_text("utf-8")) for path in OURS}
    own = {name for tree in trees.values() for name in names_of_ours(tree)}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr) and node.attr not in own | _DOCUMENTED:
                yield module, node.attr


def names_of_ours(tree: ast.AST) -> Iterator[str]:
    """Yields what a module defines: functions, attributes of self and cls, annotations of a class, slots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value) in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
