"""Writes the ten files of a run, each whole or not at all, and says what could not be written."""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from locust.env import Environment
from locust.html import get_html_report

from swarmfile.results import csv as results_csv
from swarmfile.results import dashboard as results_dashboard
from swarmfile.results import metrics as results_metrics
from swarmfile.results import text as results_text
from swarmfile.results.names import BLOCKS, EXCEPTIONS, FAILURES, JUNIT, METRICS, REPORT, STATS, SUMMARY, VERDICT
from swarmfile.run.context import Context
from swarmfile.run.finished import Run
from swarmfile.verdict import Outcome, Verdict

RESERVE = ".reserve"
# What all files of a run's end take, but for the HTML report and for many hundreds of names.
RESERVED_BYTES = 256 * 1024


def reserve(folder: Path) -> None:
    """Keeps room for what is written when the run ends, on a volume that may be full by then."""
    # A volume that is full already is told by the history, whose rows are written from now on.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RESERVE).write_bytes(bytes(RESERVED_BYTES))


def write(run: Run, verdict: Verdict, environment: Environment, context: Context) -> Verdict:
    """Writes all files but the history, and returns the verdict: INVALID where one of them could not be written."""
    _release(run.folder)
    contents: dict[str, Callable[[], str | bytes]] = {
        STATS: lambda: results_csv.stats(environment),
        FAILURES: lambda: results_csv.failures(environment),
        EXCEPTIONS: lambda: results_csv.exceptions(environment),
        REPORT: lambda: get_html_report(environment, show_download_link=False),
        METRICS: lambda: results_metrics.as_json(run, environment, context),
        BLOCKS: lambda: run.blocks.content,
    }
    dashboard = results_dashboard.link(run, context)
    problems = _write_all(run.folder, contents)
    problems += _write_all(run.folder, verdict_files(run, verdict, context, dashboard))
    if not problems:
        return verdict
    verdict = unwritten(verdict, problems[0])
    _write_all(run.folder, verdict_files(run, verdict, context, dashboard))
    return verdict


def rewrite(run: Run, verdict: Verdict, context: Context) -> None:
    """Writes the files that say the verdict once more: it changed."""
    _write_all(run.folder, verdict_files(run, verdict, context, results_dashboard.link(run, context)))


def write_verdict(run: Run, verdict: Verdict, context: Context) -> Verdict:
    """Writes only what says the verdict, for a run of which nothing else is known."""
    _release(run.folder)
    problems = _write_all(run.folder, verdict_files(run, verdict, context))
    return unwritten(verdict, problems[0]) if problems else verdict


def unwritten(verdict: Verdict, problem: str) -> Verdict:
    """Returns the verdict that a run without whole results has."""
    reasons = verdict.reasons if verdict.outcome is Outcome.INVALID else ()
    return replace(verdict, outcome=Outcome.INVALID, reasons=(*reasons, f"results could not be written: {problem}"))


def verdict_files(
    run: Run, verdict: Verdict, context: Context, dashboard: str | None = None
) -> Mapping[str, Callable[[], str | bytes]]:
    """Returns the three files that say the verdict."""
    return {
        VERDICT: lambda: json.dumps(context.without_secrets_in(verdict.as_dict()), indent=2) + "\n",
        JUNIT: lambda: context.without_secrets(results_text.junit(run, verdict)),
        SUMMARY: lambda: context.without_secrets(results_text.summary(run, verdict, dashboard)),
    }


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replaces the file's content at once: a reader sees the old or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def _release(folder: Path) -> None:
    with suppress(OSError):
        (folder / RESERVE).unlink(missing_ok=True)


def _write_all(folder: Path, contents: Mapping[str, Callable[[], str | bytes]]) -> list[str]:
    problems = []
    for name, content in contents.items():
        try:
            write_atomically(folder / name, content())
        except Exception as error:
            problems.append(f"{name}: {error}")
    return problems
