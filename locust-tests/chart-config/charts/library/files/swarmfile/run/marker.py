"""Says where the marker of a definition lies: the file that keeps a restarted master from repeating the test."""

import hashlib
from collections.abc import Mapping
from pathlib import Path


def key(environ: Mapping[str, str]) -> str:
    """Returns what a start is known by: the definition, and in a Job's pod the Job as well.

    Another Job of the same definition is another run. Empty where no definition is given.
    """
    definition, job = environ.get("SWARMFILE_DEFINITION") or "", environ.get("SWARMFILE_JOB")
    return hashlib.sha256(f"{definition} {job}".encode()).hexdigest() if definition and job else definition


def marker(folder: Path, definition: str) -> Path:
    """Returns the marker's path in the results folder."""
    return folder / f".started-{definition[:32]}.json"
