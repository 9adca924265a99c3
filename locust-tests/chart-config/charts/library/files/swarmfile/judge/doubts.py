"""Why a run says nothing: each doubt is one sentence, and any of them makes the verdict INVALID."""

from collections.abc import Callable, Iterator

from swarmfile.definition.validity import Doubt, Reason, Validity
from swarmfile.run.context import Context
from swarmfile.run.delivery import SETTLING_S, Delivery, Gap
from swarmfile.run.finished import Cause, Run
from swarmfile.run.plan import Unreached


def install(context: Context) -> None:
    """Lets the end of each run ask every doubt of the core."""
    context.hooks.doubts.append(lambda run: why_nothing_is_known(run, context.settings.validity))


def why_nothing_is_known(run: Run, validity: Validity) -> Iterator[Doubt]:
    """Yields a sentence for each reason; one is enough where the run never began."""
    if run.cause is Cause.NEVER_BEGAN:
        yield Doubt(Reason.CUT_SHORT, f"the run never began: {run.detail}")
        return
    for reason, sentences in (
        (Reason.CUT_SHORT, cut_short(run)),
        (Reason.NO_REQUESTS, no_requests(run)),
        (Reason.LOAD_NOT_DELIVERED, users_missing(run, validity.delivery_tolerance)),
        (Reason.WORKERS_LOST, users_lost(run, validity.worker_loss_tolerance_s)),
        (Reason.STATISTICS_INCOMPLETE, statistics_missing(run)),
    ):
        yield from (Doubt(reason, sentence) for sentence in sentences)
    if run.cause is Cause.SCRIPT:
        yield Doubt(Reason.CUT_SHORT, ended_by_script(run), only_warns=True)
    for sentence in workers_replaced(run, validity.worker_loss_tolerance_s):
        yield Doubt(Reason.WORKERS_LOST, sentence, only_warns=True)


def cut_short(run: Run) -> Iterator[str]:
    """A run that had more to do, or was told to end by Kubernetes, or had nobody left to run it."""
    ended: dict[Cause, Callable[[Run], str]] = {
        Cause.RESTARTED: lambda _: "cut short: the master was restarted",
        Cause.WORKERS_LOST: lambda run: f"every worker was lost {_when(run)}",
        Cause.TERMINATED: lambda run: f"cut short: terminated (SIGTERM) {_when(run)}",
    }
    if run.planned_s is not None and run.planned_users:
        ended[Cause.STOPPED] = lambda run: f"cut short: stopped by hand {_when(run)}"
        ended[Cause.INTERRUPTED] = lambda run: f"cut short: interrupted {_when(run)}"
    if sentence := ended.get(run.cause):
        yield sentence(run)


def ended_by_script(run: Run) -> str:
    """What the script asked for cuts nothing short: the assertions judge what was run."""
    return f"ended by the script {_when(run)}{f' ({run.detail})' if run.detail else ''}"


def no_requests(run: Run) -> Iterator[str]:
    """A run that sent nothing, whatever was planned."""
    if not run.stats.total.num_requests:
        yield "no requests were made" + ("" if run.planned_users else ": no users were planned")


def users_missing(run: Run, tolerance: float) -> Iterator[str]:
    """Planned users that never ran, or user-seconds that are missing by more than that share of the planned ones."""
    delivery = run.delivery
    if run.cause in (Cause.WORKERS_LOST, Cause.SCRIPT):
        return
    if run.unreached and run.cause is not Cause.ABORTED and not any(cut_short(run)):
        yield _unreached(run.unreached, delivery, run.elapsed_s)
    elif delivery.peak_present < delivery.peak_due:
        yield f"planned users were never reached: {delivery.peak_present} of {delivery.peak_due} ran"
    elif delivery.share_of_due < 1 - tolerance:
        share = f"{delivery.share_of_due:.1%} of {delivery.due_user_s:.0f} planned user-seconds"
        yield f"only {share} were delivered: add workers, or lower users or spawn rate"


def users_lost(run: Run, tolerance_s: float) -> Iterator[str]:
    """Users that ran and were gone for longer than is tolerated."""
    delivery = run.delivery
    if run.cause in (Cause.WORKERS_LOST, Cause.SCRIPT) or delivery.peak_present < delivery.peak_due:
        return
    if (gap := delivery.longest_gap) and gap.seconds > tolerance_s:
        yield f"planned users were missing for {_length(gap)}"


def workers_replaced(run: Run, tolerance_s: float) -> Iterator[str]:
    """Workers that died and whose users ran again in time: the assertions decide, and the reader knows of the gap."""
    lost, gap = [worker.id for worker in run.workers if worker.missing], run.delivery.longest_gap
    if not lost or run.cause is Cause.WORKERS_LOST or (gap and gap.seconds > tolerance_s):
        return
    users = f"planned users were missing for {_length(gap)}" if gap else "no second was without its planned users"
    yield f"workers were lost ({', '.join(lost)}) with up to 3 s of their requests; {users}"


def statistics_missing(run: Run) -> Iterator[str]:
    """Workers whose last requests are not counted."""
    unheard = [worker.id for worker in run.workers if not worker.reported and not worker.missing]
    if unheard:
        yield f"statistics are incomplete: no last report from {', '.join(unheard)}"


def _unreached(missed: Unreached, delivery: Delivery, elapsed_s: float) -> str:
    at_that_time = [sample for sample in delivery.samples if missed.from_s < sample.at_s <= missed.to_s + SETTLING_S]
    ran = round(max((sample.present for sample in at_that_time), default=0))
    phase = next((sample.phase for sample in at_that_time), "")
    given = f"stage {phase}" if phase else "run"
    length_s = missed.to_s - missed.from_s if phase else elapsed_s
    return (
        f"only {min(ran, missed.target)} of {missed.target} planned users ran: the ramp of {missed.ramp_s:.0f} s is "
        f"longer than the {given} of {length_s:.0f} s; raise the spawn rate, or let it last longer"
    )


def _length(gap: Gap) -> str:
    numbers = f"{round(gap.present)} of {round(gap.planned)} planned users ran"
    return f"{gap.seconds:.0f} s: only {numbers} (from second {gap.start_s:.0f})"


def _when(run: Run) -> str:
    if run.planned_s is None:
        return f"after {run.elapsed_s:.0f} s"
    return f"after {run.elapsed_s:.0f} s of the planned {run.planned_s:.0f} s"
