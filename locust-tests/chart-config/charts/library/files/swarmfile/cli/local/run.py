"""Runs test types one after the other on this machine, and stops at the first that is not PASS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.definition.host import checked_host
from swarmfile.cli.definition.layers import Layer, source_of
from swarmfile.cli.definition.script import find_libs, find_script
from swarmfile.cli.definition.test_data import find_test_data
from swarmfile.cli.definition.validation import read_settings, validated
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local import cut_short
from swarmfile.cli.local.arguments import load_of
from swarmfile.cli.local.credentials import check_credentials
from swarmfile.cli.local.ending import read_json, show_ending, show_verdict
from swarmfile.cli.local.follow import LocalCourse, follow
from swarmfile.cli.local.interrupts import Interrupts, noted
from swarmfile.cli.local.launch import Launch
from swarmfile.cli.local.live import shown
from swarmfile.cli.local.packages import install, wanted_packages
from swarmfile.cli.local.ports import LOOPBACK, check_free, free_ports
from swarmfile.cli.local.processes import running
from swarmfile.cli.local.staging import Material, StagedRun, staged
from swarmfile.cli.validate.rules import refuse_or_warn, rules
from swarmfile.definition.load import sentence
from swarmfile.results.names import VERDICT
from swarmfile.run.context import new_run_id
from swarmfile.run.state import RunState, State
from swarmfile.verdict import EXIT_CODES, Outcome

INVALID = EXIT_CODES[Outcome.INVALID]


@dataclass(frozen=True)
class RunRequest:
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


@dataclass(frozen=True)
class Prepared:
    """One run that was judged; `load` says in a few words what it will do."""

    material: Material
    host: str
    load: str


def run(request: RunRequest, console: Console) -> int:
    """Returns the exit code of the last run; raises BadInputError before anything starts."""
    check_free(request.metrics_port)
    prepared = [_prepare(request, test_type) for test_type in request.types]
    with noted() as interrupts:
        for one in prepared:
            if interrupts.count:
                return INVALID
            code = _run_one(request, one, console, interrupts)
            if code:
                return code
    return 0


def _prepare(request: RunRequest, test_type: str) -> Prepared:
    definition = validated(read_definition(request.clone, test_type, request.sets, request.flags))
    settings = read_settings(definition)
    host = _host(request, definition)
    load = f"load: {sentence(settings, load_of(definition, settings))}"
    refuse_or_warn(rules(definition, request.locustfile, request.libs))
    check_credentials(definition)
    material = Material(
        definition=definition,
        script=find_script(definition, request.locustfile),
        libs=find_libs(definition, request.libs),
        data=find_test_data(definition),
        packages=install(wanted_packages(definition)),
    )
    return Prepared(material, host, load)


def _host(request: RunRequest, definition: Definition) -> str:
    if request.host:
        return checked_host(request.host, "HOST")
    key = ("loadTest", "host")
    return checked_host(at(definition.test, *key) or "", f"{source_of(definition.test_layers, key)}: {'.'.join(key)}")


def _run_one(request: RunRequest, prepared: Prepared, console: Console, interrupts: Interrupts) -> int:
    definition = prepared.material.definition
    launch = Launch(
        definition=definition,
        host=prepared.host,
        workers=request.workers,
        run=new_run_id(definition.type),
        results=request.results.resolve(),
        tags=request.tags,
        note=request.note,
        metrics_port=request.metrics_port,
        metrics_linger_s=request.metrics_linger_s,
    )
    _make_folder(launch.folder)
    say = f"{launch.run}: {launch.host}, workers: {launch.workers}, {prepared.load}"
    with staged(prepared.material) as stage:
        course = _follow(launch, stage, say, console, interrupts)
        return _conclude(course, stage, console)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise BadInputError(
            f"--results: {folder.parent}: {error.strerror}; give a folder that can be written"
        ) from None


def _follow(launch: Launch, stage: StagedRun, say: str, console: Console, interrupts: Interrupts) -> LocalCourse:
    ports = free_ports()
    say += f"\nweb UI: {ports.url}"
    say += f"\nmetrics: http://{LOOPBACK}:{launch.metrics_port}/metrics" if launch.metrics_port else ""
    console.print(say, soft_wrap=True, highlight=False, markup=False)
    if not launch.starts_by_itself:
        console.print("start the load there; Ctrl-C ends it all", highlight=False)
    with running(launch, stage, ports) as swarm, shown(console) as view:
        course = LocalCourse(launch, swarm, ports.url, State(type=launch.definition.type, state=RunState.STARTING))
        follow(course, view, interrupts, lambda folder: _show(course, console, folder))
        return course


def _show(course: LocalCourse, console: Console, folder: Path) -> None:
    show_ending(console, folder)
    course.outcomes[folder] = (read_json(folder / VERDICT) or {}).get("outcome")


def _conclude(course: LocalCourse, stage: StagedRun, console: Console) -> int:
    """Returns the exit code of the last run's verdict; one that has none gets INVALID, written as the master would."""
    launch = course.launch
    if not launch.starts_by_itself and not course.began:
        console.print("no load was started")
        return 0
    known = list(course.concluded.values())
    folder = known[-1] if known else Path(course.last.results or launch.folder)
    if not (folder / VERDICT).exists():
        cut_short.conclude(stage, folder, launch.definition.type, course.trouble)
    if folder not in known:
        show_ending(console, folder)
    verdict = read_json(folder / VERDICT) or {}
    if folder in known and verdict.get("outcome") != course.outcomes.get(folder):
        # A script may set an exit code as late as when its process quits.
        show_verdict(console, verdict)
    return int(verdict.get("exitCode", INVALID))
