"""Doubts a run by what its generators tell: saturation, limits, errors of the script, test data, lost statistics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from locust import events
from locust.env import Environment
from locust.runners import LocalRunner, WorkerRunner

from swarmfile.clients.users import tell_of_requests_in_flight
from swarmfile.definition.settings import Settings
from swarmfile.definition.validity import Doubt, Reason
from swarmfile.judge import generator as validity_generator
from swarmfile.judge import script as validity_script
from swarmfile.judge import silence as validity_silence
from swarmfile.judge.silence import Standstill
from swarmfile.judge.worker_facts import KEY, WorkerFacts
from swarmfile.listeners import quietly
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.run.generator import Busyness, Generator, Second
from swarmfile.run.live import LiveRun
from swarmfile.run.presence import THIS_PROCESS
from swarmfile.run.seconds import RunSeconds


def install(context: Context) -> None:
    """Watches every process that makes load, and asks for its facts in the one that leads."""

    def on_init(environment: Environment, **_: object) -> None:
        facts = WorkerFacts()
        facts.start(environment)
        environment.events.test_start.add_listener(quietly(lambda **_: facts.reset()))
        if isinstance(environment.runner, WorkerRunner):
            environment.events.report_to_master.add_listener(quietly(lambda data, **_: facts.report(data)))
        else:
            lead(context, environment, facts)

    events.init.add_listener(quietly(on_init))


def lead(context: Context, environment: Environment, own: WorkerFacts) -> None:
    """Follows the runs of this process."""
    doubter = Doubter(context.settings, environment, own)
    context.hooks.begun.append(doubter.begin)
    context.hooks.second.append(doubter.second)
    context.hooks.doubts.append(doubter.doubts)
    context.hooks.busy.append(doubter.busy)
    environment.events.worker_report.add_listener(
        quietly(lambda client_id, data, **_: doubter.report(client_id, data.get(KEY)))
    )


class Doubter:
    """Collects the facts of one run after the other."""

    def __init__(self, settings: Settings, environment: Environment, own: WorkerFacts) -> None:
        self._settings = settings
        self._environment = environment
        self._own = own
        self._listener_errors: dict[str, tuple[int, str]] = {}
        self._data_missing: dict[str, str] = {}
        self._silences: dict[str, tuple[float, Standstill]] = {}
        self.begin()

    def begin(self, live: LiveRun | None = None) -> None:
        """A run began; errors of listeners from before, as in `init`, are its own."""
        self._clock, self._live = RunSeconds(), live
        self._generator = Generator(self._settings.validity.saturation_tolerance)
        self._ask_own()
        self._generator.busy.clear()
        self._generator.spent.clear()
        self._silences.clear()
        if live:
            live.generator = self._generator

    def report(self, worker: str, facts: Mapping[str, Any] | None) -> None:
        """A worker, or this process itself, told its facts."""
        if facts is None:
            return
        self._faults(worker, facts)
        self._effort(worker, facts)
        if told := facts.get("silence"):
            silence = Standstill(*told)
            self._silences[worker] = (self._clock.elapsed_s - silence.ago_s, silence)

    def second(self, _: LiveRun) -> None:
        """A process that makes the load itself tells each second whether it stood still; workers report it."""
        if isinstance(self._environment.runner, LocalRunner):
            self._ask_own()

    def _faults(self, worker: str, facts: Mapping[str, Any]) -> None:
        count, last = facts["listenerErrors"]
        if count:
            before, _ = self._listener_errors.get(worker, (0, ""))
            self._listener_errors[worker] = (before + count, last)
        if facts["dataMissing"]:
            self._data_missing[worker] = facts["dataMissing"]

    def _effort(self, worker: str, facts: Mapping[str, Any]) -> None:
        self._generator.spent[worker] = (facts.get("counted", 0), facts["cpuS"])
        if self._live:
            for ago_s, length_s in facts["pauses"]:
                self._live.stood_still(worker, ago_s, length_s)
        busy = self._generator.busy.setdefault(worker, Busyness())
        for fields in facts["seconds"]:
            busy.last = Second(*fields)
            if self._clock.second(fields[0], facts["now"]) > self._settings.assertions.warm_up_s:
                busy.count(busy.last)

    def busy(self) -> Iterator[tuple[str, Busyness]]:
        """Yields each worker, or this process where it makes the load itself, with how busy it is."""
        self._ask_own()
        yield from self._generator.busy.items()

    def doubts(self, run: Run) -> Iterator[Doubt]:
        """Yields why the run may say nothing."""
        self._ask_own()
        validity, requests = self._settings.validity, run.stats.total.num_requests
        raised = self._environment.runner.exceptions if self._environment.runner else {}
        yield from validity_script.data_missing(self._data_missing)
        yield from validity_script.exceptions(raised.values(), requests, validity.script_error_tolerance)
        yield from validity_script.listener_errors(self._listener_errors)
        yield from validity_generator.own_limits(run.stats.errors.values())
        yield from validity_generator.saturated(self._generator)
        is_watched = tell_of_requests_in_flight(self._environment.user_classes)
        yield from validity_silence.doubts(self._silences, run, validity, is_watched=is_watched)
        yield from self._miscounted(requests)
        self._listener_errors, self._data_missing = {}, {}

    def _ask_own(self) -> None:
        facts = self._own.facts(self._environment.stats.total.num_requests)
        if isinstance(self._environment.runner, LocalRunner):
            self.report(THIS_PROCESS, facts)
        else:
            # A master makes no load.
            self._faults(THIS_PROCESS, facts | {"dataMissing": None})

    def _miscounted(self, merged: int) -> Iterator[Doubt]:
        counted = sum(requests for requests, _ in self._generator.spent.values())
        is_reset = getattr(self._environment.parsed_options, "reset_stats", False)
        if not isinstance(self._environment.runner, LocalRunner) and not is_reset and counted != merged:
            yield Doubt(
                Reason.STATISTICS_INCOMPLETE,
                f"workers counted {counted} requests and {merged} were merged: a report was lost; "
                "look for connection errors in the logs of master and workers",
            )
