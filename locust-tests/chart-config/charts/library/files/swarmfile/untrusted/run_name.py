"""What a run and a file of it may be called: each becomes a path where it is written and where it is read back."""

import re

from swarmfile.untrusted.text import plain

RULE = "write letters, digits, dots, hyphens and underscores, the first a letter or digit, at most 128"
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
# Of folders, and what Windows keeps for itself.
_NO_FILE = re.compile(r'[/\\:*?"<>|]')
_LONGEST_FILE_BYTES = 200


def is_run_name(text: str) -> bool:
    """Whether a run may be called so; what has no such name is no run of ours."""
    return _RUN.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether a run's file may be called so: visible, in no other folder, and not hidden."""
    fits = 0 < len(text.encode("utf-8", "replace")) <= _LONGEST_FILE_BYTES
    return fits and text[0] not in ". " and plain(text) == text and not _NO_FILE.search(text)
