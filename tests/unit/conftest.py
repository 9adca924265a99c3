"""What tests share: runs to be judged, a master, and for clients hosts, one of which asks for a certificate."""

import shutil
import signal
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import gevent
import pytest
import trustme
from locust import User, task
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner
from locust.stats import RequestStats

from swarmfile.credentials.files import Credentials
from swarmfile.http.user import SwarmHttpUser
from swarmfile.run.context import Context
from swarmfile.run.delivery import Delivery, Sample
from swarmfile.run.finished import Cause, Run
from tests.s3_storage import BUCKET, Storage, running_storage
from tests.unit.http.mirror_server import Mirror, running_mirror
from tests.unit.http.scripted_server import Scripted, response, running
from tests.unit.http.swarm_user import new_user
from tests.unit.sidecar.kube_server import Kube, running_kube

Started = Callable[[ModuleType, Runner, Context], None]


@pytest.fixture(scope="module")
def target() -> Iterator[Mirror]:
    """The tested host."""
    with running_mirror() as mirror:
        yield mirror


@pytest.fixture(scope="module")
def other() -> Iterator[Mirror]:
    """A host that the script calls too."""
    with running_mirror() as mirror:
        yield mirror


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signed the certificates of the next two."""
    return trustme.CA()


@pytest.fixture(scope="module")
def tls_target(authority: trustme.CA) -> Iterator[Mirror]:
    """Refuses a client without certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with running_mirror(context) as mirror:
        yield mirror


@pytest.fixture(scope="module")
def tls_files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths of the client's tls.crt and tls.key, and of ca.crt."""
    folder = tmp_path_factory.mktemp("tls")
    client = authority.issue_cert("client.example")
    client.private_key_pem.write_to_path(folder / "tls.key")
    client.cert_chain_pems[0].write_to_path(folder / "tls.crt")
    authority.cert_pem.write_to_path(folder / "ca.crt")
    return {name: str(folder / name) for name in ("tls.key", "tls.crt", "ca.crt")}


@pytest.fixture(
    params=[("ca.crt tls.crt", False, 200), ("tls.crt", True, 200), ("tls.crt", False, 0), ("ca.crt", False, 0)],
    ids=["both known", "any authority", "authority unknown", "client unknown"],
)
def proof(request: pytest.FixtureRequest, tls_files: dict[str, str]) -> tuple[Credentials, int]:
    """Credentials for `tls_target`, and the status of a request with them: 0 where there is no answer."""
    given, insecure, status = request.param
    certificate = (tls_files["tls.crt"], tls_files["tls.key"]) if "tls.crt" in given else None
    authority = tls_files["ca.crt"] if "ca.crt" in given else None
    return Credentials((), certificate, authority, insecure), status


class Idle(User):
    @task
    def nothing(self) -> None: ...


@pytest.fixture
def master() -> Iterator[MasterRunner]:
    """A real master of idle users that no worker has joined."""
    runner = Environment(user_classes=[Idle]).create_master_runner("127.0.0.1", 0)
    yield runner
    runner.greenlet.kill()
    # Orders that were on their way find the socket still open.
    gevent.sleep(0.01)
    runner.server.close(linger=0)


@pytest.fixture
def worker(master: MasterRunner) -> Iterator[WorkerRunner]:
    """A real worker that has joined the master, in this process."""
    runner = Environment(user_classes=[Idle]).create_worker_runner("127.0.0.1", master.server.port)
    # Its first report, of nothing, goes now; the next one in 3 s.
    gevent.sleep(0)
    yield runner
    runner.greenlet.kill()
    runner.client.close(linger=0)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Lets Locust start with a feature and a runner, as in a process of its own: there events are the runner's."""

    def start(feature: ModuleType, runner: Runner, context: Context) -> None:
        monkeypatch.setattr(feature, "events", runner.environment.events)
        feature.install(context)
        runner.environment.events.init.fire(environment=runner.environment, runner=runner)

    return start


@pytest.fixture
def sigterm(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes back, with the test, what its code does about SIGTERM; where it does nothing, nothing ends."""
    handlers, handle = [], gevent.signal_handler
    monkeypatch.setattr(gevent, "signal_handler", lambda *how: handlers.append(handle(*how)))
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    for handler in handlers:
        handler.cancel()
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def a_run(tmp_path: Path) -> Callable[..., Run]:
    """Makes a run of 10 users for 10 s that was delivered whole, with 100 requests, except for what is told."""
    stats = RequestStats()
    for index in range(100):
        stats.log_request("GET", "/slow" if index % 4 else "/", index * 10, 2)
    samples = tuple(Sample(second, 1.0, 10, 10) for second in range(1, 11))
    run = Run("smoke-1", "smoke", tmp_path / "smoke-1", 1000.0, 1010.0, 10.0, Cause.COMPLETED, "", 10)
    whole = replace(run, delivery=Delivery(samples), stats=stats)
    return lambda **changes: replace(whole, **changes)


@pytest.fixture(scope="module")
def kube_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kube]:
    with running_kube(tmp_path_factory.mktemp("account")) as kube:
        yield kube


@pytest.fixture
def kube(kube_server: Kube) -> Kube:
    """A Kubernetes API without any objects."""
    kube_server.objects.clear()
    kube_server.refuse = kube_server.writes = 0
    return kube_server


@pytest.fixture(scope="module")
def storage_server(rclone: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with running_storage(rclone, tmp_path_factory.mktemp("storage")) as storage:
        yield storage


@pytest.fixture
def storage(storage_server: Storage) -> Storage:
    """An S3 storage whose bucket is empty."""
    for path in (storage_server.folder / BUCKET).iterdir():
        shutil.rmtree(path)
    return storage_server


@pytest.fixture(scope="module")
def running_server() -> Iterator[Scripted]:
    with running() as scripted:
        yield scripted


@pytest.fixture
def server(running_server: Scripted) -> Scripted:
    """Answers as a test tells it; at first each request with ok."""
    running_server.answers(response(b"ok"))
    return running_server


@pytest.fixture
def user(server: Scripted) -> Iterator[SwarmHttpUser]:
    """A user that tests `server`."""
    user = new_user(server.url, network_timeout=5, connection_timeout=5)
    yield user
    user.client.close()
