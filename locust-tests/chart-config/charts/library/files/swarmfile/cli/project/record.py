"""What Swarmfile wrote into a repository: the version, and a digest of each file, so that an edit can be noticed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.project.shipped import MERGED, Tree

RECORD = "locust-tests/swarmfile.json"


@dataclass(frozen=True)
class ProjectRecord:
    """The version that wrote a repository's files, their digests by path, and the text of those that are merged."""

    version: str
    files: Mapping[str, str]
    base: Mapping[str, str]

    def is_edited(self, path: str, content: bytes | None) -> bool:
        """Whether a file that was written is another one now; one that is gone is not edited."""
        return content is not None and path in self.files and self.files[path] != digest(content)

    def as_bytes(self) -> bytes:
        """Returns the record's file."""
        return f"{json.dumps(asdict(self), indent=1, sort_keys=True)}\n".encode()


def record_of(version: str, ours: Tree) -> ProjectRecord:
    """Returns the record of a version's files."""
    digests = {path: digest(content) for path, content in ours.items()}
    return ProjectRecord(version, digests, {path: ours[path].decode() for path in MERGED if path in ours})


def read_record(root: Path) -> ProjectRecord:
    """Returns a repository's record; raises BadInputError where `swarmfile init` did not write it, or it is broken."""
    try:
        read = json.loads((root / RECORD).read_text(encoding="utf-8"))
        return ProjectRecord(str(read["version"]), dict(read["files"]), dict(read["base"]))
    except FileNotFoundError:
        raise BadInputError(
            f"{RECORD} is missing: swarmfile init did not write this repository; upgrade a clone by git"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise BadInputError(f"{RECORD} cannot be read; restore it: git checkout -- {RECORD}") from None


def other_version(root: Path, version: str) -> str | None:
    """Returns a line where another version than `version` wrote the repository; a clone has no record."""
    if not (root / RECORD).exists():
        return None
    written = read_record(root).version
    if written == version:
        return None
    return f"pods run version {written}, this machine {version}: pip install swarmfile=={written}, or swarmfile upgrade"


def digest(content: bytes) -> str:
    """Returns a file's SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
