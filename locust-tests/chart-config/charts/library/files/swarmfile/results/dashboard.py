"""The address of a run on Grafana: the dashboard of dashboards/swarmfile-run.json, with the run and its time chosen."""

from __future__ import annotations

from urllib.parse import urlencode

from swarmfile.run.context import Context
from swarmfile.run.finished import Run

UID = "swarmfile-run"
# The verdict is scraped after the end.
AFTER_S = 30


def link(run: Run, context: Context) -> str | None:
    """Returns the address where the definition's `dashboards.url` says where Grafana is; None where it does not."""
    base = (context.settings.raw.get("dashboards") or {}).get("url")
    if not base:
        return None
    times = {"from": round(run.started_at * 1000), "to": round((run.ended_at + AFTER_S) * 1000)}
    return f"{base.rstrip('/')}/d/{UID}?{urlencode({'var-run': run.id, **times})}"
