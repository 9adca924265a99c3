"""Does not start a test whose target is under load of another, which the sidecar knows from the target's Lease."""

from http.client import HTTPException

from swarmfile.master import guard
from swarmfile.run.context import Context
from swarmfile.run.scripts import options
from swarmfile.run.state import GUARD_ROUTE
from swarmfile.untrusted.neighbour import get_json


def install(context: Context) -> None:
    """Concludes the run as INVALID where it is refused; the last feature, so that all others take part in that."""
    if context.sidecar and not options().worker and (problem := refusal(context.sidecar)):
        guard.refuse(context, problem, "another apply")


def refusal(sidecar: str) -> str:
    """Returns why the sidecar at that address refuses the run, empty where it does not, or does not answer."""
    try:
        return str(get_json(sidecar + GUARD_ROUTE).get("refused") or "")
    except (OSError, HTTPException, ValueError):
        return ""
