"""Leaves a Job's verdict as its container's termination message, which `kubectl describe pod` shows."""

from pathlib import Path

from swarmfile.run.context import Context

# Kubernetes mounts it writable, into a read-only root file system too, and keeps as many bytes of it.
PLACE = Path("/dev/termination-log")
MOST_BYTES = 4096


def install(context: Context, place: Path = PLACE) -> None:
    """Waits for the verdict, on a Job's master only: no other container ends with its run."""

    def leave(text: str) -> None:
        # A character that is cut in two would be no UTF-8, which Kubernetes refuses.
        place.write_text(text.encode()[:MOST_BYTES].decode(errors="ignore"), "utf-8")

    if context.in_run_of_a_job and place.exists():
        context.hooks.concluded.append(lambda concluded: leave("\n".join(concluded.verdict.log_lines())))
