"""The process beside the master: keeps runs in ConfigMaps that outlive the pod, and restores what a predecessor left.

Started as `python3 -I <folder>/swarmfile/sidecar/main.py`: isolated, so that no module of a user's script stands in for
one of the standard library's in the only process that holds an API token. Its environment:
SWARMFILE_API_ACCOUNT  folder with token, ca.crt and namespace
SWARMFILE_RESULTS      the results folder that it shares with the master
SWARMFILE_DEFINITION   what makes this run; SWARMFILE_SETTINGS_NAME: the ConfigMap whose uid names the installation
SWARMFILE_JOB          uid of the pod's Job, which names the installation where there is one
SWARMFILE_KEEP         number of runs to keep of each type (20)
SWARMFILE_BASELINE     what a run is compared with, where a criterion asks for it; SWARMFILE_TYPE: the test type
SWARMFILE_EXTRA_FILES  names of files that a script writes and that are kept with the library's own, by commas
SWARMFILE_NAME         the test's name where a namespace has several
SWARMFILE_GUARD        refuse or wait, where the target is under load of another run; SWARMFILE_GUARD_LEASE: the Lease's
                       name, SWARMFILE_GUARD_TARGET: what it stands for, SWARMFILE_GUARD_NAMESPACE: where it lies,
                       SWARMFILE_GUARD_TEST: what this test is called there
SWARMFILE_MASTER       address of the master's web server (http://127.0.0.1:8089)
SWARMFILE_S3_BUCKET    bucket that ended runs are put into; what belongs to it: swarmfile/sidecar/s3.py
SWARMFILE_PORT         port (9646) of GET /metrics, of GET /ready, which answers 200 once the master may start, of
                       GET /kept, by which the master learns what became of a run's files, and of GET /guard
SWARMFILE_PACKAGES     folder that prometheus-client is installed to where the image lacks it
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from http.client import HTTPException
from pathlib import Path
from typing import Any

# Appended: what stands first is searched first.
sys.path.append(str(Path(__file__).absolute().parents[2]))

from swarmfile.metrics.server import Answer, Route, serve
from swarmfile.results.kept import EVERY_RUN, Kept, KeptRuns
from swarmfile.results.kept import ROUTE as KEPT_ROUTE
from swarmfile.results.names import FILES
from swarmfile.run.marker import key, marker
from swarmfile.run.state import GUARD_ROUTE, MOST_ANSWER_BYTES, ROUTE, parse
from swarmfile.sidecar import baselines
from swarmfile.sidecar.age import KEPT, NAME
from swarmfile.sidecar.folder import files_of
from swarmfile.sidecar.guard import Guard, guard_of
from swarmfile.sidecar.kube import ApiError, Cluster
from swarmfile.sidecar.metrics import Metrics
from swarmfile.sidecar.publish import Publisher
from swarmfile.sidecar.record import RecordError
from swarmfile.sidecar.records import Records
from swarmfile.sidecar.restore import await_predecessor, forget_former_starts, labels_of, restore
from swarmfile.sidecar.s3 import Bucket
from swarmfile.sidecar.upload import Uploads
from swarmfile.untrusted.neighbour import get_json

logger = logging.getLogger("swarmfile")
INTERVAL_S = 2
# A node that just came up may reach the API server some seconds later.
PAUSES_S = (1, 2, 4, 8)
# A pod has 60 s to end, unless told otherwise.
LAST_TRY_S = 45
DEFAULT_PORT = 9646
DEFAULT_MASTER = "http://127.0.0.1:8089"


def main(environ: Mapping[str, str] = os.environ) -> None:
    """Restores, lets the master start, and publishes until it is told to end; then once more."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    ended, ready = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    master, metrics, kept = environ.get("SWARMFILE_MASTER") or DEFAULT_MASTER, Metrics(), KeptRuns()
    routes: dict[str, Route] = {"/ready": lambda _: readiness(ready), "/metrics": metrics.answer}
    routes[KEPT_ROUTE] = kept.answer
    serve(int(environ.get("SWARMFILE_PORT") or DEFAULT_PORT), routes)
    metrics.start(master, environ)
    results = Path(environ.get("SWARMFILE_RESULTS") or "/results")
    publisher = prepared(environ, results, kept, ended)
    uploads = uploading(environ, results, publisher, kept, ended)
    guard = guarded(environ, results, ended) if publisher else None
    if guard:
        routes[GUARD_ROUTE] = guard.answer
    ready.set()
    while publisher and not ended.wait(INTERVAL_S):
        asked = cache(lambda: ask(master))
        publisher.look(asked)
        if guard:
            guard.saw(parse(state).state if (state := asked()) else None)
    ended.wait()
    if guard:
        guard.give_up()
    if publisher:
        publisher.look(lambda: None)
    if uploads:
        uploads.join(LAST_TRY_S)


def readiness(ready: threading.Event) -> Answer:
    """Answers the startup probe."""
    return (200, "text/plain", b"ready\n") if ready.is_set() else (503, "text/plain", b"restoring\n")


def prepared(environ: Mapping[str, str], results: Path, kept: KeptRuns, ended: threading.Event) -> Publisher | None:
    """Returns the publisher after what there was is restored; None without a way to the API, which is logged."""
    try:
        api = Cluster.of_this_pod(environ)
    except ApiError as error:
        logger.error("swarmfile: results are not kept in ConfigMaps: %s", error)
        if not environ.get("SWARMFILE_S3_BUCKET"):
            kept.note(EVERY_RUN, Kept(str(error)))
        return None
    labels = restored(api, environ, results, ended)
    if environ.get("SWARMFILE_BASELINE"):
        baselines.fetch(api, results, environ.get("SWARMFILE_TYPE", ""), environ["SWARMFILE_BASELINE"])
    if name := environ.get("SWARMFILE_NAME"):
        labels = {**labels, NAME: name}
    records = Records(api, labels, int(environ.get("SWARMFILE_KEEP") or KEPT))
    return Publisher(records, results, kept_names(environ), kept)


def guarded(environ: Mapping[str, str], results: Path, ended: threading.Event) -> Guard | None:
    """Returns the guard of the target once the run may begin or is refused; None where nothing guards it."""
    try:
        guard = guard_of(Cluster.of_this_pod(environ), environ)
    except (ApiError, OSError) as error:
        logger.error("swarmfile: the target is not guarded: %s", error)
        return None
    if guard:
        # A run that began before is not started again.
        if not os.path.lexists(marker(results, key(environ))):
            guard.begin(ended)
        guard.follow(ended)
    return guard


def kept_names(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the names of the files that are kept of a run."""
    extra = filter(None, environ.get("SWARMFILE_EXTRA_FILES", "").split(","))
    return (*FILES, *(name for name in extra if name not in FILES))


def uploading(
    environ: Mapping[str, str], results: Path, publisher: Publisher | None, kept: KeptRuns, ended: threading.Event
) -> threading.Thread | None:
    """Returns the thread that puts ended runs into a bucket; None where no bucket is named."""
    bucket = Bucket.of(environ)
    names = kept_names(environ)
    found_in = publisher.found_of_ended if publisher else (lambda folder: files_of(folder, names))
    # The verdict waits for the ConfigMaps alone where there are both.
    noted = None if publisher else kept
    return Uploads(bucket, results, found_in, noted).follow(ended) if bucket else None


def restored(api: Cluster, environ: Mapping[str, str], results: Path, ended: threading.Event) -> dict[str, str]:
    """Restores the last run of the definition, if there is one, and returns the labels for the runs to come."""
    definition, settings = environ.get("SWARMFILE_DEFINITION", ""), environ.get("SWARMFILE_SETTINGS_NAME", "")
    if not definition or not settings:
        return {}
    labels: dict[str, str] = {}
    own = marker(results, key(environ))
    try:
        labels = patiently(lambda: labels_of(api, definition, settings, environ.get("SWARMFILE_JOB", "")))
        forget_former_starts(own, labels)
        await_predecessor(api, labels, own, ended)
        restore(api, results, labels, own)
    except (ApiError, RecordError, OSError) as error:
        logger.error("swarmfile: whether a pod before this one ran the test is not known: %s", error)
    return labels


def patiently(request: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Returns the answer, asking again while the API server is not reachable. Raises ApiError in the end."""
    for pause_s in PAUSES_S:
        try:
            return request()
        except ApiError as error:
            if 0 < error.status < 500:
                raise
            time.sleep(pause_s)
    return request()


def ask(master: str) -> dict[str, Any] | None:
    """Returns the master's state, None while it does not answer; it may have been given a certificate."""
    return ask_at(master) or ask_at(master.replace("http://", "https://", 1))


def ask_at(master: str) -> dict[str, Any] | None:
    """Returns the state that one address tells."""
    try:
        state = get_json(master + ROUTE, MOST_ANSWER_BYTES)
        # What cannot be read by any reader is no answer: a script can write it.
        parse(state)
        return state
    except (OSError, HTTPException, ValueError):
        return None


if __name__ == "__main__":
    main()
