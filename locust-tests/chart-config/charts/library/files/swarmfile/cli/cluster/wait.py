"""Follows a test on a cluster to its verdict, or until it is clear that none will come: then INVALID, with the reason.

Who answers is believed in this order: the master's route, the record in ConfigMaps, the master's termination message.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from swarmfile.cli.cluster.api import Api
from swarmfile.cli.cluster.kubectl import KubectlError
from swarmfile.cli.cluster.pod_end import end_of, is_over, last_line_of
from swarmfile.cli.cluster.pod_trouble import Trouble, out_of_memory, troubles
from swarmfile.cli.cluster.records import found
from swarmfile.cli.cluster.run_sources import (
    Record,
    asked,
    installation_of,
    label_of,
    last_record,
    last_words,
    lost,
    record_of,
    verdict_of,
)
from swarmfile.cli.cluster.standing import Memory
from swarmfile.cli.cluster.workload import Manifest, Sight, Workload, look
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.interrupts import Interrupts
from swarmfile.cli.local.live import View
from swarmfile.cli.verdict_file import Verdict
from swarmfile.run.state import RunState, State
from swarmfile.verdict import Outcome

POLL_S = 2.0
# An API server that is upgraded is away for so long.
UNREACHABLE_LIMIT_S = 60
# What was installed is there when helm returns; only who starts waiting beside it comes too early.
INSTALLED_WITHIN_S = 60
# The sidecar's last record follows its master's end.
LAST_RECORD_S = 10


@dataclass(frozen=True)
class Wanted:
    """What to wait for and how long, in seconds; timeout_s None: as long as it takes."""

    run: str | None = None
    release: str | None = None
    timeout_s: float | None = None
    pending_timeout_s: float = 300


@dataclass
class ClusterCourse:
    """What is known of the test so far. Moments in seconds of the monotonic clock."""

    kubectl: Api
    wanted: Wanted
    view: View
    say: Callable[[str], None]
    memory: Memory
    last: State = field(default_factory=lambda: State(state=RunState.STARTING))
    master: Workload | None = None
    pod: Manifest | None = None
    installation: Manifest | None = None
    may_ask: bool = True
    began_at: float = field(default_factory=time.monotonic)
    answered_at: float | None = None
    over_since: float | None = None
    said_absent: bool = False

    @property
    def began(self) -> bool:
        """Whether a load ran."""
        return self.last.state.has_begun


def follow(course: ClusterCourse, interrupts: Interrupts) -> Verdict:
    """Returns the verdict. Raises BadInputError where there is nothing to wait for."""
    looked = False
    while True:
        if verdict := _step(course, interrupts):
            _explain(course, verdict)
            if verdict["run"] and not (looked or course.wanted.run):
                course.say(_over_before(verdict["run"]))
            return verdict
        looked = True
        interrupts.wait(POLL_S)
        if interrupts.count:
            return _invalid(course, f"nobody waited for its verdict any more; {_what_goes_on(course)}")


def _over_before(run: str) -> str:
    return (
        f"{run} was over when this wait began; an apply that changes nothing starts no run: give another runId (RUN_ID)"
    )


def _step(course: ClusterCourse, interrupts: Interrupts) -> Verdict | None:
    now = time.monotonic()
    try:
        if verdict := _looked(course, now):
            return verdict
        course.answered_at = now
    except KubectlError:
        # A signal ends the question that is waited for, too.
        reached = course.answered_at is not None and now - course.answered_at <= UNREACHABLE_LIMIT_S
        if not reached and not interrupts.count:
            raise
    return _timed_out(course, now)


def _explain(course: ClusterCourse, verdict: Verdict) -> None:
    """Says what the cluster alone knows of workers that were lost: who judged the run sees only that they are gone."""
    sound = verdict["outcome"] == Outcome.PASS and not verdict.get("warnings")
    if sound or course.wanted.run or course.master is None:
        return
    try:
        sight = look(course.kubectl)
    except KubectlError:
        return
    for each in sight.together_with(course.master):
        for sentence in out_of_memory(sight.pods_of(each)):
            course.say(sentence)


def _looked(course: ClusterCourse, now: float) -> Verdict | None:
    verdict = _ask(course)
    if verdict or (course.pod and course.may_ask and course.began):
        return verdict
    sight = look(course.kubectl)
    master = sight.same(course.master) if course.master else sight.master(course.wanted.release)
    if master is None:
        return _absent(course, now)
    pods = sight.pods_of(master)
    _meet(course, master, next((pod for pod in pods if pod["status"].get("phase") == "Running"), None))
    return _known(course, pods) or (None if course.wanted.run else _unknown(course, sight, pods, now))


def _known(course: ClusterCourse, pods: Sequence[Manifest]) -> Verdict | None:
    """Returns the verdict where one of those who know it tells it."""
    assert course.master
    goes_on = not is_over(course.master, pods)
    verdict = (_ask(course) if course.last.state is RunState.STARTING else None) or _recorded(course, goes_on)
    asked = () if course.wanted.run else pods
    return verdict or next(filter(None, map(last_words, asked)), None)


def _unknown(course: ClusterCourse, sight: Sight, pods: Sequence[Manifest], now: float) -> Verdict | None:
    """Returns INVALID where no verdict will come."""
    assert course.master
    if is_over(course.master, pods):
        why = f"{course.master.title} ended without a verdict: {end_of(course.kubectl, course.master, pods)}"
        return _over(course, why)
    return _troubled(course, sight, now)


def _meet(course: ClusterCourse, master: Workload, pod: Manifest | None) -> None:
    """Notes what is there now."""
    if course.master is None:
        course.say(f"{master.title} in namespace {course.kubectl.namespace}")
    course.master, course.pod = master, pod
    if course.installation is None and master.settings:
        course.installation = installation_of(course.kubectl, master)
    if not course.last.type:
        course.last = State(type=label_of(course.installation, "type") or master.releases[0], state=RunState.STARTING)


def _ask(course: ClusterCourse) -> Verdict | None:
    """Shows what the master says, and returns its verdict; a master that does not answer is to be looked for again."""
    if not (course.master and course.pod and course.may_ask):
        return None
    try:
        state = asked(course.kubectl, course.master, course.pod)
    except KubectlError as error:
        course.may_ask = False
        course.say(f"{error}: following what is kept of the run every 15 s instead")
        return None
    if state is None or course.wanted.run not in (None, state.run):
        course.pod = None
        return None
    course.last = state
    course.view.show(state)
    return dict(state.verdict) if state.verdict else None


def _recorded(course: ClusterCourse, goes_on: bool) -> Verdict | None:
    """Returns what the run's record says; a snapshot is shown where nobody else tells how the run goes on."""
    record = _record(course)
    if record is None:
        return None
    if verdict := record.verdict or (lost(record, time.time()) if course.wanted.run else None):
        return verdict
    if goes_on and (course.pod is None or not course.may_ask):
        course.last = record.state
        course.view.show(course.last)
    return None


def _record(course: ClusterCourse) -> Record | None:
    if course.wanted.run:
        if (record := record_of(course.kubectl, course.wanted.run)) is None:
            found(course.kubectl, course.wanted.run)
        return record
    if course.master is None or course.installation is None:
        return None
    # Another Job of the same definition is another run: swarmfile/sidecar/restore.py says which record is whose.
    uid = course.master.uid if course.master.is_job else course.installation["metadata"]["uid"]
    return last_record(course.kubectl, course.master.definition, uid)


def _absent(course: ClusterCourse, now: float) -> Verdict | None:
    """No master is installed: not yet, not any more, or it never was."""
    course.pod = None
    record = _record(course)
    if verdict := record and (record.verdict or lost(record, time.time())):
        return verdict
    if course.master:
        where = f"namespace {course.kubectl.namespace}"
        why = f"{course.master.title} was removed from {where}, or replaced by an apply, before the run had its verdict"
        return _over(course, why)
    if not course.wanted.run and now - course.began_at >= min(INSTALLED_WITHIN_S, course.wanted.pending_timeout_s):
        raise BadInputError(_nothing_installed(course))
    if course.last.type:
        course.view.show(course.last)
    elif not course.said_absent:
        course.say(f"no test is installed in namespace {course.kubectl.namespace} yet")
        course.said_absent = True
    return None


def _nothing_installed(course: ClusterCourse) -> str:
    where = f"no test is installed in namespace {course.kubectl.namespace}"
    whose = f" as release {course.wanted.release}" if course.wanted.release else ""
    return f"{where}{whose}: apply it first, or give another with -n; --run RUN finds a run that is kept"


def _over(course: ClusterCourse, why: str) -> Verdict | None:
    """Returns INVALID, once the last record of the run had the time to come."""
    # Looking may have taken long.
    now = time.monotonic()
    if course.over_since is None:
        course.over_since = now
        course.say(f"{why}; waiting for what is kept of the run")
    return _invalid(course, why) if now - course.over_since >= LAST_RECORD_S else None


def _troubled(course: ClusterCourse, sight: Sight, now: float) -> Verdict | None:
    """Says why pods do not start; INVALID where a run that did not begin has waited long enough for them."""
    assert course.master
    if not course.began and course.pod is None:
        course.view.show(course.last)
    for trouble in course.memory.see(_troubles(course, sight), now):
        course.say(_in_full(course, trouble))
    hopeless = None if course.began else course.memory.hopeless(now)
    return _invalid(course, _in_full(course, hopeless)) if hopeless else None


def _troubles(course: ClusterCourse, sight: Sight) -> list[Trouble]:
    assert course.master
    taking_part = [(each, sight.pods_of(each)) for each in sight.together_with(course.master)]
    events: list[dict[str, Any]] = []
    if any(not pods or any(pod["status"].get("phase") == "Pending" for pod in pods) for _, pods in taking_part):
        events = course.kubectl.objects("events", fields="type=Warning")
    return [trouble for workload, pods in taking_part for trouble in troubles(workload, pods, events)]


def _in_full(course: ClusterCourse, trouble: Trouble) -> str:
    return trouble.sentence + (
        last_line_of(course.kubectl, trouble.pod, trouble.container) if trouble.container else ""
    )


def _timed_out(course: ClusterCourse, now: float) -> Verdict | None:
    limit_s = course.wanted.timeout_s
    if limit_s is None or now - course.began_at < limit_s:
        return None
    trouble = course.memory.worst(now)
    why = f": {trouble.sentence}" if trouble else f"; {_what_goes_on(course)}"
    return _invalid(course, f"no verdict came within {limit_s:.0f} s{why}")


def _what_goes_on(course: ClusterCourse) -> str:
    """Returns what whoever stops waiting leaves behind."""
    if course.began:
        return f"the test goes on in the cluster, {course.last.state}"
    if course.master is None:
        return f"no test is installed in namespace {course.kubectl.namespace}"
    return f"the test has not begun, {course.last.state}"


def _invalid(course: ClusterCourse, reason: str) -> Verdict:
    return verdict_of(Outcome.INVALID, course.last.run if course.began else "", [reason])
