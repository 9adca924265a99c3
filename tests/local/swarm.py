"""A real swarm on loopback: one master, some workers, each a process of its own, as `swarmfile run` starts them."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from swarmfile.cli.local.ports import free_port
from swarmfile.cli.local.staging import PACKAGE
from tests.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).parents[2]
# No proxy leads to loopback, and who tests may have set anything for Locust.
OF_THIS_MACHINE = re.compile(r"LOCUST_.*|SWARMFILE_.*|https?_proxy|HTTPS?_PROXY")
# Time that a busy machine takes away is what few tests ask for: those say so.
PATIENT = dict.fromkeys(("generatorSaturated", "loadNotDelivered", "workersLost", "tooFewRequests"), "ignore")
UNHURRIED = {"p95ThresholdMs": 60000, "errorRateThreshold": 0.01}
SHOPPER = """
from locust import HttpUser, constant, task

class Shopper(HttpUser):
    wait_time = constant(0.1)

    @task
    def home(self):
        self.client.get("/")
"""

State = dict[str, Any]


@dataclass
class Swarm:
    """Staged as in a pod; `environment` is what the pod would set, `secrets` are the files of its credentials."""

    folder: Path
    host: str
    script: str = SHOPPER
    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    web_port: int = field(default_factory=free_port)
    bind_port: int = field(default_factory=free_port)
    master: "subprocess.Popen[bytes] | None" = None
    workers: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def __post_init__(self) -> None:
        stage = self.folder / "stage"
        stage.mkdir(exist_ok=True)
        (stage / "test.py").write_text(self.script)
        defaults = {"type": "smoke", "validity": PATIENT, "assertions": UNHURRIED}
        (self.folder / "settings.json").write_text(json.dumps(defaults | dict(self.settings)))
        (self.folder / "auth").mkdir(exist_ok=True)
        for name, text in self.secrets.items():
            (self.folder / "auth" / name).write_text(text)

    def start(self, *arguments: str, workers: int = 2) -> "Swarm":
        """Starts the master, and the workers that it is told to expect."""
        self.start_master(*arguments, f"--expect-workers={workers}")
        for _ in range(workers):
            self.add_worker()
        return self

    def start_master(self, *arguments: str) -> "subprocess.Popen[bytes]":
        web = ["--web-host", "127.0.0.1", "--web-port", str(self.web_port)]
        bind = ["--master-bind-host", "127.0.0.1", "--master-bind-port", str(self.bind_port)]
        self.master = self._locust("master", ["--master", *web, *bind, "--host", self.host, *arguments])
        return self.master

    def start_alone(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Starts one process without workers."""
        web = [] if "--headless" in arguments else ["--web-host", "127.0.0.1", "--web-port", str(self.web_port)]
        self.master = self._locust("master", [*web, "--host", self.host, *arguments])
        return self.master

    def add_worker(self, port: int | None = None) -> "subprocess.Popen[bytes]":
        """Starts a worker, which may reach its master by another port than the master's own."""
        where = ["--master-host", "127.0.0.1", "--master-port", str(port or self.bind_port)]
        worker = self._locust(f"worker-{len(self.workers)}", ["--worker", *where])
        self.workers.append(worker)
        return worker

    def _locust(self, name: str, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        stage = self.folder / "stage"
        locustfiles = f"{PACKAGE / 'plugin.py'},{stage / 'test.py'}"
        ours = {
            "SWARMFILE_SETTINGS": str(self.folder / "settings.json"),
            "SWARMFILE_RESULTS": str(self.results),
            "SWARMFILE_AUTH": str(self.folder / "auth"),
            "SWARMFILE_PARENT": str(os.getpid()),
        }
        environ = {name: value for name, value in os.environ.items() if not OF_THIS_MACHINE.fullmatch(name)}
        environ |= {name: value for name, value in (ours | dict(self.environment)).items() if value}
        with (self.folder / f"{name}.log").open("ab") as log:
            command = [sys.executable, "-m", "locust", "-f", locustfiles, *arguments]
            return subprocess.Popen(
                command, env=environ, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def url(self) -> str:
        """Address of the master's web UI."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def processes(self) -> "list[subprocess.Popen[bytes]]":
        return [*self.workers, *([self.master] if self.master else [])]

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def log(self, name: str = "master") -> str:
        return (self.folder / f"{name}.log").read_text()

    def state(self) -> State:
        """The state route's answer; empty before the master listens."""
        try:
            with urllib.request.urlopen(f"{self.url}/swarmfile/state", timeout=10) as answer:
                state: State = json.load(answer)
                return state
        except OSError:
            return {}

    def post(self, path: str, **form: object) -> None:
        data = urllib.parse.urlencode(form).encode()
        urllib.request.urlopen(self.url + path, data, timeout=90).close()

    def await_state(self, what: str, condition: Callable[[State], object], patience_s: float = PATIENCE_S) -> State:
        """Waits until the state route's answer is as wished, and returns it."""
        seen: list[State] = []

        def fits() -> object:
            seen[:] = [self.state()]
            alive = self.master is not None and self.master.poll() is None
            assert alive, f"the master ended while waiting: {what}\n{self.log()}"
            return seen[0] and condition(seen[0])

        wait_until(fits, lambda: f"{what}; last seen: {seen}\n{self.log()}", patience_s)
        return seen[0]

    def await_users(self, count: int) -> State:
        return self.await_state(f"{count} users", lambda state: state["users"] == count)

    def await_verdict(self) -> State:
        """For a web UI that stays: waits for the verdict."""
        verdict: State = self.await_state("a verdict", lambda state: state["verdict"])["verdict"]
        return verdict

    def await_log(self, text: str, name: str = "master") -> None:
        wait_until(lambda: text in self.log(name), lambda: f"{text!r} in the log of {name}:\n{self.log(name)}")

    def await_end(self, patience_s: float = PATIENCE_S) -> int:
        """Waits until the master's process is over, and returns its exit code; a failed test shows why it is so."""
        assert self.master is not None
        code = self.master.wait(patience_s)
        print(f"the master ended with {code}", self.log(), sep="\n")  # noqa: T201 - pytest shows it
        return code

    def run_folder(self) -> Path:
        """The folder of the only run."""
        (folder,) = (path for path in self.results.iterdir() if path.is_dir())
        return folder

    def verdict(self) -> State:
        verdict: State = json.loads((self.run_folder() / "verdict.json").read_text())
        return verdict

    def metrics(self) -> State:
        metrics: State = json.loads((self.run_folder() / "metrics.json").read_text())
        return metrics

    def stop(self) -> None:
        """Leaves no process behind."""
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def swarm(folder: Path, host: str, **how: Any) -> Iterator[Swarm]:  # noqa: ANN401 - passed on
    """Yields a swarm that is not started yet, and ends its processes."""
    made = Swarm(folder, host, **how)
    try:
        yield made
    finally:
        made.stop()
