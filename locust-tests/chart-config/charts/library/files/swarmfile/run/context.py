"""What every feature of the plugin is given: settings, where results go, how this process was started, and hooks."""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmfile.definition import settings
from swarmfile.definition.settings import Mode, Settings, SettingsError
from swarmfile.listeners import Listeners
from swarmfile.run import marker
from swarmfile.untrusted.run_name import RULE, is_run_name

if TYPE_CHECKING:
    # Only for types: who asks for a run's name on a command line does not wait for Locust.
    from swarmfile.definition.validity import Doubt
    from swarmfile.run.finished import Concluded, Run
    from swarmfile.run.generator import Busyness
    from swarmfile.run.live import LiveRun
    from swarmfile.verdict import Assertion


@dataclass(frozen=True)
class Hooks:
    """Lists that features append to while they are installed. All but the last are called on the master, or where there
    is none, in the single process; none may block its event loop for more than some milliseconds.

    leading   once, when it is clear that this process follows runs: by this watch, which nobody else changes
    requested users and spawn rate, each time Locust is told to run that many, before it does
    begun     a run began
    second    once a second while it runs, after its sample was taken
    doubts    at its end: why it may say nothing; the definition's `validity` says what each does to the verdict
    assertions  at its end: what was asserted and whether it held
    concluded   after its verdict and results were written
    resumed     the run of an earlier process was found, with its verdict; it is not started again
    verdict_last  the verdict is to be the last thing in the log: log it again where more was logged since
    standings   asked while it runs: how what is asserted stands by now
    busy        asked while it runs: how busy each worker is
    leaving     on a worker that is told to end, before its users are stopped; may wait some seconds
    cut_off     on a worker that does not hear its master any more, before its users are stopped
    kept        when metrics.json is written: names of its parts, each with what a feature kept of the run
    secrets     takes the secrets that a feature knows out of a text; see Context.without_secrets
    """

    # With a RunWatch, which is made on a higher floor.
    leading: Listeners[[Any], None] = field(default_factory=Listeners)
    requested: Listeners[[int, float], None] = field(default_factory=Listeners)
    begun: Listeners[["LiveRun"], None] = field(default_factory=Listeners)
    second: Listeners[["LiveRun"], None] = field(default_factory=Listeners)
    doubts: Listeners[["Run"], Iterable["Doubt"]] = field(default_factory=Listeners)
    assertions: Listeners[["Run"], Iterable["Assertion"]] = field(default_factory=Listeners)
    concluded: Listeners[["Concluded"], None] = field(default_factory=Listeners)
    resumed: Listeners[["Concluded"], None] = field(default_factory=Listeners)
    verdict_last: Listeners[[], None] = field(default_factory=Listeners)
    standings: Listeners[[], Iterable["Assertion"]] = field(default_factory=Listeners)
    busy: Listeners[[], Iterable[tuple[str, "Busyness"]]] = field(default_factory=Listeners)
    leaving: Listeners[[], None] = field(default_factory=Listeners)
    cut_off: Listeners[[], None] = field(default_factory=Listeners)
    kept: Listeners[["Run"], Iterable[tuple[str, Any]]] = field(default_factory=Listeners)
    secrets: list[Callable[[str], str]] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """Made once in each process, before Locust's own set-up.

    results: the folder that gets one folder for each run
    first_run: the name that was given to the first run
    definition: the key of the marker that keeps a restarted master from repeating the run; None: always run
    parent_pid: the process on a laptop that this one must not outlive
    sidecar: address of the container beside this one that keeps the results; None: nobody does
    in_job: whether the pod of this process belongs to a Job, be it the master's or the workers'
    """

    settings: Settings = field(default_factory=Settings)
    results: Path = Path("results")
    first_run: str | None = None
    definition: str | None = None
    parent_pid: int | None = None
    sidecar: str | None = None
    in_job: bool = False
    tags: str = ""
    note: str = ""
    hooks: Hooks = field(default_factory=Hooks)

    def without_secrets(self, text: str) -> str:
        """Returns the text without any secret that this process knows."""
        for redact in self.hooks.secrets:
            text = redact(text)
        return text

    def without_secrets_in(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Returns what JSON can hold without any secret that this process knows."""
        return json.loads(self.without_secrets(json.dumps(value))) if self.hooks.secrets else value

    @property
    def one_run_only(self) -> bool:
        """True where the process, a Job's pod, is one run: the exit code speaks to Kubernetes."""
        return self.settings.mode is Mode.JOB and self.parent_pid is None

    @property
    def restarted_when_ended(self) -> bool:
        """True in a Deployment's pod, which Kubernetes starts again for ever."""
        return self.settings.mode is Mode.DEPLOYMENT and self.definition is not None

    @property
    def in_run_of_a_job(self) -> bool:
        """True in the pods of a Job's run, be they the Job's own or beside it."""
        return self.one_run_only and self.definition is not None

    @property
    def rests_when_ended(self) -> bool:
        """True for a Job's worker in a Deployment's pod: Kubernetes would start it again, and no run would come."""
        return self.in_run_of_a_job and not self.in_job


def from_environment(environ: Mapping[str, str] = os.environ, files: Sequence[Path] = ()) -> Context:
    """Returns the context that the SWARMFILE_* variables describe. Raises SettingsError.

    files: what is executed, which makes the definition where SWARMFILE_DEFINITION does not say it
    """
    path = Path(environ["SWARMFILE_SETTINGS"]) if environ.get("SWARMFILE_SETTINGS") else None
    parent = environ.get("SWARMFILE_PARENT")
    return Context(
        settings=settings.load(path),
        results=Path(environ.get("SWARMFILE_RESULTS") or "results").absolute(),
        first_run=_first_run(environ),
        definition=None if parent else _definition(environ, [*files, *([path] if path else [])]),
        parent_pid=int(parent) if parent else None,
        sidecar=environ.get("SWARMFILE_SIDECAR") or None,
        in_job=bool(environ.get("SWARMFILE_JOB")),
        tags=environ.get("SWARMFILE_TAGS", ""),
        note=environ.get("SWARMFILE_NOTE", ""),
    )


def new_run_id(test_type: str) -> str:
    """Returns a name that sorts by time and does not clash: <type>-<YYYYMMDD>-<HHMMSS>-<4 hex>, in UTC."""
    return f"{test_type}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"


def digest(paths: Iterable[Path]) -> str:
    """Returns one sha256 over names and contents, in the order of names; files that are missing count as absent."""
    sha = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        sha.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()


def _first_run(environ: Mapping[str, str]) -> str | None:
    name = environ.get("SWARMFILE_RUN") or None
    if name and not is_run_name(name):
        raise SettingsError(f"SWARMFILE_RUN: {name!r} is no name of a run; {RULE}")
    return name


def _definition(environ: Mapping[str, str], files: Sequence[Path]) -> str | None:
    # A plain `locust` on a laptop keeps no results volume, and repeats its run as often as it is started.
    if not environ.get("SWARMFILE_RESULTS"):
        return None
    return marker.key(environ) or digest(files)
