"""Says where the marker of a definition lies: the file that keeps a restarted master from repeating the test."""

from pathlib import Path


def marker(folder: Path, definition: str) -> Path:
    """Returns the marker's path in the results folder."""
    return folder / f".started-{definition[:32]}.json"
