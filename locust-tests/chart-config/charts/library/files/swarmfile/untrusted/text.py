"""Shows control characters as such: what somebody else wrote commands no terminal and turns no line around."""

import re

# C0 and C1, line separators, marks that change the direction of text, and what no UTF-8 and no XML may hold.
# Characters of a sentence: it stands in logs, in files, and in the record of a run, which has a limit.
MOST = 1000
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    r"""Returns the text on one line, an escape character as \x1b, a line's end as \n."""
    return _CONTROL.sub(_shown, text)


def one_line(text: str) -> str:
    """Returns the text as `plain` does, and of a longer one its beginning, its end and how much is left out."""
    if len(text) <= MOST:
        return plain(text)
    half = MOST // 2
    return f"{plain(text[:half])} [{len(text) - 2 * half:,} characters left out] {plain(text[-half:])}"


def plain_lines(text: str) -> str:
    """Returns the text as `plain` does, but with its lines and tabs."""
    return _CONTROL.sub(lambda found: found[0] if found[0] in "\n\t" else _shown(found), text)


def _shown(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
