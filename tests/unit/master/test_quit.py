"""Which exit code a verdict gives the process."""

from collections.abc import Callable

import pytest

from swarmfile.definition.settings import parse
from swarmfile.master.quit import exit_code
from swarmfile.run.context import Context
from swarmfile.run.finished import Concluded, Run
from swarmfile.verdict import Outcome, Verdict


@pytest.mark.parametrize(
    ("mode", "parent", "fail_job", "codes"),
    [
        ("deployment", None, False, (0, 1, 2)),
        ("job", None, False, (0, 0, 2)),
        ("job", None, True, (0, 1, 2)),
        ("job", 17, False, (0, 1, 2)),
    ],
    ids=["deployment", "a job's results can be had", "a job that fails", "on a laptop"],
)
def test_a_failed_job_succeeds_unless_it_is_told_not_to(
    a_run: Callable[..., Run], mode: str, parent: int | None, fail_job: bool, codes: tuple[int, ...]
) -> None:
    context = Context(settings=parse({"mode": mode, "assertions": {"failJob": fail_job}}), parent_pid=parent)
    outcomes = (Outcome.PASS, Outcome.FAIL, Outcome.INVALID)
    concluded = [Concluded(a_run(), Verdict("smoke-1", "smoke", outcome)) for outcome in outcomes]
    assert tuple(exit_code(context, one) for one in concluded) == codes
