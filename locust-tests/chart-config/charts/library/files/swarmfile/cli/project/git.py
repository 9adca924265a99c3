"""What git says of a repository: what is not committed, and how two edits of one text are merged."""

import subprocess
import tempfile
from pathlib import Path

from swarmfile.cli.errors import BadInputError


def uncommitted(root: Path, places: tuple[str, ...]) -> list[str] | None:
    """Returns the paths below `places` that git would lose, None where `root` is in no git repository."""
    arguments = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *places)
    try:
        done = _git("-C", str(root), *arguments)
        inside = _git("-C", str(root), "rev-parse", "--show-prefix")
    except FileNotFoundError:
        return None
    if done.returncode:
        return None
    # git names paths from its own top, and `-C` may be a folder below that.
    prefix = inside.stdout.decode().strip()
    return sorted(entry[3:].removeprefix(prefix) for entry in done.stdout.decode().split("\0") if entry)


def merged_text(name: str, edited: bytes, base: str, shipped: bytes) -> bytes:
    """Returns a text with both edits of its base; raises BadInputError where both changed the same lines."""
    with tempfile.TemporaryDirectory() as folder:
        texts = {"edited": edited, "base": base.encode(), "shipped": shipped}
        for part, text in texts.items():
            Path(folder, part).write_bytes(text)
        try:
            done = _git("merge-file", "--stdout", *(str(Path(folder, part)) for part in texts))
        except FileNotFoundError:
            raise BadInputError(
                f"{name}: it was edited here and by the new version; install git to merge both"
            ) from None
    if done.returncode:
        raise BadInputError(
            f"{name}: lines that you edited were changed by the new version, too; "
            "move your edit into config/<type>/ and try again"
        )
    return done.stdout


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], capture_output=True, check=False)
