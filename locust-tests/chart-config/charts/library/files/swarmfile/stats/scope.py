"""Which requests, or which of a script's own values, a figure counts."""

import re
from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    """How a scope names its requests."""

    ALL = "all"
    NAME = "name"
    PATTERN = "pattern"
    VALUE = "value"


@dataclass(frozen=True)
class Scope:
    """Which requests: all, those of a name ("GET /a" or "/a"), of a pattern and method, or a script's own values."""

    kind: ScopeKind = ScopeKind.ALL
    text: str = ""
    method: str | None = None

    def matches(self, method: str, name: str) -> bool:
        """Returns whether requests of this method and name (Locust's statistics entry) belong to the scope."""
        if self.kind is ScopeKind.NAME:
            return self.text in (name, f"{method} {name}")
        if self.kind is ScopeKind.PATTERN:
            return self.method in (None, method) and (not self.text or bool(re.fullmatch(self.text, name)))
        return self.kind is ScopeKind.ALL

    def __str__(self) -> str:
        if self.kind is ScopeKind.PATTERN:
            return " ".join(part for part in (self.method, self.text) if part)
        if self.kind is ScopeKind.ALL:
            return "all"
        return quote(self.text) if self.kind is ScopeKind.NAME else f"value {quote(self.text)}"


ALL = Scope()


def quote(text: str) -> str:
    """Returns the text as the grammar quotes names."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
