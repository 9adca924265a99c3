"""What the command line says to bad input: one line, exit code 3."""

import difflib
from collections.abc import Iterable


class BadInputError(Exception):
    """One line in the reader's words: the file or flag, the key, what is wrong and what to write instead.

    source, path: the file or flag, and the key in it, for editors and pipelines; empty where they are not known
    """

    def __init__(self, line: str, source: str = "", path: tuple[str | int, ...] = ()) -> None:
        super().__init__(line)
        self.source = source
        self.path = path


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Returns the known words, the most similar to `word` first."""
    return sorted(known, key=lambda other: -difflib.SequenceMatcher(None, word.lower(), other.lower()).ratio())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns `did you mean X?` where a known word is close, else what there is to choose from."""
    words = nearest(word, known)
    if not words:
        return "nothing is allowed here"
    if difflib.get_close_matches(word.lower(), [words[0].lower()], cutoff=0.6):
        return f"did you mean {words[0]}?"
    return f"write one of {', '.join(sorted(words))}"
