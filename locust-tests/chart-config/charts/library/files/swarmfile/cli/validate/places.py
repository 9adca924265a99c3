"""Finds the line of a YAML file that a key stands in, for editors and pipelines."""

from pathlib import Path as FilePath

import yaml

from swarmfile.cli.definition.values import Path


def line_of(file: FilePath, path: Path) -> int | None:
    """Returns the line of the last step of `path` that the file holds, from 1 on; None where there is no such file."""
    if not file.is_file():
        return None
    try:
        node = yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return 1
    line = 1
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        pairs = ((key, value) for key, value in node.value if key.value == step)
        return next(((key.start_mark.line + 1, value) for key, value in pairs), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
