"""`swarmfile wait`: the gate of a CI pipeline whose test runs on a cluster."""

import json
import time
from pathlib import Path

import click
from rich.console import Console

from swarmfile.cli.cluster.api import connected
from swarmfile.cli.cluster.kubectl import FORBIDDEN, NOT_FOUND, Kubectl, KubectlError
from swarmfile.cli.cluster.records import verdict_files, write_all, write_files
from swarmfile.cli.cluster.run_sources import Record, lost, record_of, verdict_of
from swarmfile.cli.cluster.standing import Memory
from swarmfile.cli.cluster.wait import POLL_S, ClusterCourse, Wanted, follow
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.ending import show_verdict
from swarmfile.cli.local.interrupts import noted
from swarmfile.cli.local.live import shown
from swarmfile.cli.results_command import of_a_test, on_a_cluster
from swarmfile.cli.terminal import console
from swarmfile.cli.verdict_file import Verdict
from swarmfile.definition.durations import seconds
from swarmfile.results.names import VERDICT
from swarmfile.sidecar.record import RUNNING, RecordedRun
from swarmfile.untrusted.text import plain
from swarmfile.verdict import Outcome

# A verdict is told seconds before its record is written.
RECORD_WITHIN_S = 20


class Duration(click.ParamType[float]):
    """A time as Locust writes it."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Returns seconds."""
        try:
            return float(seconds(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command("wait", short_help="Follow a test on a cluster to its verdict, and end as it says.")
@click.option("--run", "run_id", metavar="RUN", help="A certain run; default: that of the test that is installed.")
@click.option("--release", metavar="NAME", help="The Helm release, where a namespace has several tests.")
@click.option("--timeout", type=Duration(), metavar="TIME", help="End with INVALID after 90, 2m, …; default: never.")
@click.option(
    "--pending-timeout",
    type=Duration(),
    metavar="TIME",
    default="5m",
    show_default=True,
    help="How long pods may wait for nodes or quota.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Write the run's files here.")
@of_a_test
@on_a_cluster
@click.pass_context
def wait_command(  # noqa: PLR0913, PLR0917 (click gives each option as an argument)
    click_context: click.Context,
    run_id: str | None,
    release: str | None,
    timeout: float | None,
    pending_timeout: float,
    output: Path | None,
    test: str,
    namespace: str,
    context: str | None,
) -> None:
    """Shows the test that is installed in a namespace while it runs, and ends with 0 PASS, 1 FAIL or 2 INVALID.

    Says why pods do not start. What does not heal by itself, such as an image that is not there, ends with INVALID
    after a minute; what more nodes or quota may heal, after --pending-timeout. Ctrl-C ends the waiting, not the test.
    Ends with 3 where there is no such namespace, no test in it, or no way to the cluster.
    """
    kubectl = Kubectl(namespace, context)
    check_namespace(kubectl)
    screen = console()
    wanted = Wanted(run_id, release or (f"{test}-locust" if test else None), timeout, pending_timeout)
    with connected(kubectl) as api:
        with noted() as interrupts, shown(screen) as view:
            interrupts.also.append(api.proxy.hang_up)
            course = ClusterCourse(api, wanted, view, lambda text: say(screen, text), Memory(pending_timeout))
            verdict = follow(course, interrupts)
        # Only whose files are asked for must be waited for; a record that is there already is compared in any case.
        record = looked_up(screen, api, verdict["run"], RECORD_WITHIN_S if output else 0)
        verdict = agreed(verdict, record, time.time())
        show_verdict(screen, verdict)
        if output:
            say(screen, keep(api, verdict, record, course.last.type, output))
    click_context.exit(int(verdict["exitCode"]))


def check_namespace(kubectl: Kubectl) -> None:
    """Raises BadInputError where there is none, or no cluster; who may not look at namespaces has one all the same."""
    try:
        kubectl.run("get", "namespace", kubectl.namespace, "-o", "name")
    except KubectlError as error:
        if error.reason == NOT_FOUND:
            raise BadInputError(
                f"namespace {kubectl.namespace} does not exist: apply a test there first, or give another with -n"
            ) from None
        if error.reason != FORBIDDEN:
            raise


def looked_up(console: Console, kubectl: Kubectl, run: str, within_s: float) -> Record | None:
    """Returns the run's record; a gate ends as the verdict says where the record cannot be had.

    That is printed where it was worth waiting for (within_s).
    """
    try:
        return kept(kubectl, run, within_s)
    except BadInputError as error:
        if within_s:
            say(console, str(error))
        return None


def agreed(verdict: Verdict, record: Record | None, now: float) -> Verdict:
    """Returns the verdict of a run; where its record tells another one, which of them holds is not known: INVALID."""
    recorded = (record.verdict or lost(record, now)) if record else None
    if recorded is None or recorded["outcome"] == verdict["outcome"]:
        return verdict
    sources = {"the test": verdict, "its record": recorded}
    reasons = [f"{who} says {'; '.join([said['outcome'], *said['reasons']])}" for who, said in sources.items()]
    return verdict_of(Outcome.INVALID, verdict["run"], [f"two verdicts: {', '.join(reasons)}"])


def keep(kubectl: Kubectl, verdict: Verdict, record: Record | None, test_type: str, folder: Path) -> str:
    """Writes what is kept of the run, and at least its verdict, into a folder; returns what is to be said of it."""
    names: list[str] = []
    trouble = ""
    try:
        # Of a run that left no verdict its files say what is said here: as of its last snapshot it was not lost.
        moment = record.run.at if record and not record.verdict else time.time()
        names = write_files(kubectl, record.run, folder, moment) if record else []
    except BadInputError as error:
        trouble = f"; {error}"
    recorded = record.verdict or lost(record, time.time()) if record else None
    if VERDICT not in names or (recorded and recorded["outcome"] != verdict["outcome"]):
        names = sorted({*names, *write_verdict(verdict, test_type, folder)})
    return f"{folder}: {', '.join(names)}{trouble}"


def write_verdict(verdict: Verdict, test_type: str, folder: Path) -> list[str]:
    """Writes what can be said without a record; of a run that passed or failed that is verdict.json alone."""
    files = {VERDICT: json.dumps(verdict, indent=2).encode() + b"\n"}
    if verdict["outcome"] == Outcome.INVALID:
        run = RecordedRun(verdict["run"] or f"{test_type or 'test'}-not-started", test_type, RUNNING, time.time())
        files = verdict_files(run, "; ".join(verdict["reasons"]))
    write_all(folder, files)
    return list(files)


def kept(kubectl: Kubectl, run: str, within_s: float) -> Record | None:
    """Returns the run's record, after its final state had the time to come."""
    limit = time.monotonic() + within_s
    while run:
        record = record_of(kubectl, run)
        if (record and record.verdict) or time.monotonic() >= limit:
            return record
        time.sleep(POLL_S)
    return None


def say(screen: Console, text: str) -> None:
    """Prints a line as it is."""
    screen.print(plain(text), soft_wrap=True)
