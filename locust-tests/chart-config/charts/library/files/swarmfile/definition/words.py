"""Cuts a criterion's line into words, and says which known word an unknown one was meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CriterionError(ValueError):
    """A criterion that cannot be read; the message is one sentence for the user."""


class TokenKind(StrEnum):
    """What a part of a line is."""

    QUOTED = "quoted"
    OPERATOR = "operator"
    COMMA = "comma"
    WORD = "word"
    END = "end"


@dataclass(frozen=True)
class Token:
    """A word, an operator, a comma, or a quoted text without its quotes."""

    kind: TokenKind
    text: str = ""


END = Token(TokenKind.END)

# A comma within braces belongs to a pattern such as /a{1,2}.
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<operator><=|>=|==|!=|<|>|=)
      | (?P<comma>,)
      | (?P<word>(?:\{[^{}]*\}|[^\s<>=!,"'])+)
    )""",
    re.VERBOSE,
)


class Line:
    """The tokens of one line, taken from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._next = 0

    def peek(self, ahead: int = 0) -> Token:
        """Returns the next token without taking it."""
        position = self._next + ahead
        return self._tokens[position] if position < len(self._tokens) else END

    def take(self) -> Token:
        """Returns the next token and moves on."""
        token = self.peek()
        self._next += 1
        return token

    def takes(self, *words: str) -> bool:
        """Moves past these words if they come next."""
        coming = [self.peek(ahead) for ahead in range(len(words))]
        if [Token(TokenKind.WORD, word) for word in words] != coming:
            return False
        self._next += len(words)
        return True


def tokens(text: str) -> Iterable[Token]:
    """Yields the line's parts in order."""
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if not match:
            raise CriterionError(f'cannot read "{text[position:].strip()}": close the quotes, or quote the name')
        position = match.end()
        kind = TokenKind(match.lastgroup or "")
        yield Token(kind, _unquoted(match[kind]) if kind is TokenKind.QUOTED else match[kind])


def unknown(word: str, known: Iterable[str], what: str) -> CriterionError:
    """Returns the error for a word that is none of the known, with the nearest of them."""
    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    if near:
        return CriterionError(f'unknown {what} "{word}": write {near[0]}')
    return CriterionError(f'unknown {what} "{word}": write one of {", ".join(known)}')


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
