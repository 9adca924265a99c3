"""Finds the script and the libraries of a run, and refuses what Python cannot compile."""

from dataclasses import dataclass
from pathlib import Path

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import Values
from swarmfile.cli.errors import BadInputError, nearest

INLINE_NAME = "locustfile.py"


@dataclass(frozen=True)
class Script:
    """A script: the name that Locust sees, its text, and where it lies if it is run in place, beside its files."""

    name: str
    text: bytes
    place: Path | None = None


def find_script(definition: Definition, own: str | None) -> Script:
    """Returns the script of --locustfile or LOCUSTFILE, else the definition's; raises BadInputError with one line."""
    script = _read(Path(own), own, "--locustfile") if own else _of_definition(definition)
    if script.name in ("lib.py", "swarmfile.py"):
        raise BadInputError(f"{own}: this name hides the package {script.name[:-3]}; name the script otherwise")
    _refuse_uncompilable(script.text, own or script.name)
    return script


def find_libs(definition: Definition, own: str | None) -> dict[str, bytes]:
    """Returns the modules that scripts import from lib, name to content: the chart's, replaced by the test's own."""
    shared = {path.name: path.read_bytes() for path in sorted(definition.clone.lib.glob("*.py"))}
    own_modules = {**_inline_libs(definition), **(_folder(Path(own)) if own else {})}
    for name, text in own_modules.items():
        _refuse_uncompilable(text, str(Path(own) / name) if own else name)
    return {**shared, **own_modules}


def _of_definition(definition: Definition) -> Script:
    written = definition.test.get("locustfile") or {}
    place: Values = {"file": written} if isinstance(written, str) else written
    if place.get("inline"):
        return Script(INLINE_NAME, str(place["inline"]).encode())
    name = str(place.get("file") or f"{definition.type}.py")
    path = definition.clone.scripts / name
    if not path.is_file():
        source = source_of(definition.test_layers, ("locustfile",))
        raise BadInputError(
            f"{source}: locustfile: there is no script {name}; {_scripts_there(definition.clone, name)}"
        )
    return Script(path.name, path.read_bytes())


def _scripts_there(clone: Clone, name: str) -> str:
    return f"write one of {', '.join(nearest(name, [path.name for path in clone.scripts.glob('*.py')]))}"


def _read(path: Path, shown: str, flag: str) -> Script:
    if not path.is_file():
        raise BadInputError(f"{shown}: there is no such file; give {flag} the path of a script, from {Path.cwd()}")
    if path.suffix != ".py":
        raise BadInputError(f"{shown}: a script's name ends in .py; rename it")
    return Script(path.name, path.read_bytes(), _place(path.resolve()))


def _place(path: Path) -> Path | None:
    # Python would take a lib beside the script before the one of this run.
    beside = (path.parent / "lib", path.parent / "lib.py")
    # Locust takes a comma for the end of a locustfile's path.
    return None if "," in str(path) or any(one.exists() for one in beside) else path


def _folder(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise BadInputError(
            f"{folder}: there is no such folder; give --libs the folder with your modules, from {Path.cwd()}"
        )
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.py"))}


def _inline_libs(definition: Definition) -> dict[str, bytes]:
    files = (definition.test.get("libs") or {}).get("files") or {}
    return {name: str(text).encode() for name, text in files.items()}


def _refuse_uncompilable(text: bytes, shown: str) -> None:
    try:
        compile(text, shown, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) and error.lineno else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise BadInputError(f"{shown}: {line}{what}; correct the script") from None
