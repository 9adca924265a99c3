"""Runs test types one after the other on this machine, and stops at the first that is not PASS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.host import checked_host
from swarmfile.cli.definition.layers import Layer, source_of
from swarmfile.cli.definition.library_checks import check_by_library
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.definition.test_data import find_test_data
from swarmfile.cli.definition.validation import validated
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local import cut_short
from swarmfile.cli.local.arguments import load_in_words, load_of
from swarmfile.cli.local.credentials import check_credentials
from swarmfile.cli.local.ending import read_json, show_ending
from swarmfile.cli.local.follow import Course, follow
from swarmfile.cli.local.interrupts import Interrupts, noted
from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.live import shown
from swarmfile.cli.local.packages import install, wanted_packages
from swarmfile.cli.local.ports import LOOPBACK, check_free, free_ports
from swarmfile.cli.local.processes import running
from swarmfile.cli.local.staging import Material, Stage, staged
from swarmfile.run.context import new_run_id
from swarmfile.run.state import State
from swarmfile.verdict import EXIT_CODES, Outcome

INVALID = EXIT_CODES[Outcome.INVALID]


@dataclass(frozen=True)
class Request:
    """What the command line asked for; what is None or empty is left to the definition.

    flags: layers over the definition, one for each flag that replaces a key
    """

    clone: Clone
    types: Sequence[str]
    workers: int
    results: Path
    sets: Sequence[str] = ()
    flags: Sequence[Layer] = ()
    host: str | None = None
    locustfile: str | None = None
    libs: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    metrics_port: int | None = None
    metrics_linger_s: int = 0


def run(request: Request, console: Console) -> int:
    """Returns the exit code of the last run; raises BadInputError before anything starts."""
    check_free(request.metrics_port)
    prepared = [_prepare(request, test_type) for test_type in request.types]
    with noted() as interrupts:
        for material, host in prepared:
            if interrupts.count:
                return INVALID
            code = _run_one(request, material, host, console, interrupts)
            if code:
                return code
    return 0


def _prepare(request: Request, test_type: str) -> tuple[Material, str]:
    definition = validated(read_definition(request.clone, test_type, request.sets, request.flags))
    host = _host(request, definition)
    check_by_library(definition)
    check_credentials(definition)
    load_of(definition)
    material = Material(
        definition=definition,
        script=find_script(definition, request.locustfile),
        libs=find_libs(definition, request.libs),
        data=find_test_data(definition),
        packages=install(wanted_packages(definition)),
    )
    return material, host


def _host(request: Request, definition: Definition) -> str:
    if request.host:
        return checked_host(request.host, "HOST")
    key = ("loadTest", "host")
    return checked_host(at(definition.test, *key) or "", f"{source_of(definition.test_layers, key)}: {'.'.join(key)}")


def _run_one(request: Request, material: Material, host: str, console: Console, interrupts: Interrupts) -> int:
    launch = Launch(
        definition=material.definition,
        host=host,
        workers=request.workers,
        run=new_run_id(material.definition.type),
        results=request.results.resolve(),
        tags=request.tags,
        note=request.note,
        metrics_port=request.metrics_port,
        metrics_linger_s=request.metrics_linger_s,
    )
    _make_folder(launch.folder)
    with staged(material) as stage:
        course = _follow(launch, stage, console, interrupts)
        return _conclude(course, stage, console)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise BadInputError(
            f"--results: {folder.parent}: {error.strerror}; give a folder that can be written"
        ) from None


def _follow(launch: Launch, stage: Stage, console: Console, interrupts: Interrupts) -> Course:
    ports = free_ports()
    load = load_in_words(launch.definition)
    say = f"{launch.run}: {launch.host}, workers: {launch.workers}, load: {load}\nweb UI: {ports.url}"
    say += f"\nmetrics: http://{LOOPBACK}:{launch.metrics_port}/metrics" if launch.metrics_port else ""
    console.print(say, soft_wrap=True, highlight=False, markup=False)
    if not launch.starts_by_itself:
        console.print("start the load there; Ctrl-C ends it all", highlight=False)
    with running(launch, stage, ports) as swarm, shown(console) as view:
        course = Course(launch, swarm, ports.url, State(type=launch.definition.type, state="starting"))
        follow(course, view, interrupts, lambda folder: show_ending(console, folder))
        return course


def _conclude(course: Course, stage: Stage, console: Console) -> int:
    """Returns the exit code of the last run's verdict; one that has none gets INVALID, written as the master would."""
    launch = course.launch
    if not launch.starts_by_itself and not course.began:
        console.print("no load was started")
        return 0
    known = list(course.concluded.values())
    folder = known[-1] if known else Path(course.last.results or launch.folder)
    if not (folder / "verdict.json").exists():
        cut_short.conclude(stage, folder, launch.definition.type, course.trouble)
    if folder not in known:
        show_ending(console, folder)
    verdict = read_json(folder / "verdict.json") or {}
    return int(verdict.get("exitCode", INVALID))
