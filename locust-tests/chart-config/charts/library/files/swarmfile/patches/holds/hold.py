"""What a hold on somebody else's insides is: what we hold, why, and what breaks without it.

Importable without Locust: targets are texts, `module:qualified.name`. The contract test resolves and checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How we hold on to the target.

    REPLACED: our function or value stands in its place, or around it. MIRRORED: we do what its body does.
    PRIVATE: we read or set what has no documented name. ORDER: we rely on what happens before what.
    TEXT: we look for its words or names. MESSAGE: we speak its protocol between master and worker, or its JSON.
    UNDOCUMENTED: a public name that no documentation promises.
    """

    REPLACED = "replaced"
    MIRRORED = "mirrored body"
    PRIVATE = "private attribute"
    ORDER = "call order"
    TEXT = "text"
    MESSAGE = "protocol message"
    UNDOCUMENTED = "undocumented name"


@dataclass(frozen=True)
class Signature:
    """The target takes these parameters, annotations left out."""

    target: str
    text: str


@dataclass(frozen=True)
class Parameters:
    """The target takes these by name, whatever else it takes."""

    target: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """The target's source, as inspect.getsource returns it, has this sha256."""

    target: str
    sha256: str


@dataclass(frozen=True)
class Text:
    """These pieces stand in the target's source, in this order. A target without colon is a file of site-packages."""

    target: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Attributes:
    """The target has these attributes. `made:<name>` is an instance that the contract test makes."""

    target: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """The target is this value, as repr writes it."""

    target: str
    text: str


@dataclass(frozen=True)
class Behaviour:
    """The contract test has a function of this name that tries it out and asserts."""

    name: str


Check = Signature | Parameters | Source | Text | Attributes | Value | Behaviour


@dataclass(frozen=True)
class Hold:
    """One hold.

    id: short, unique; library: a key of versions.TESTED; target: what is held
    users: our functions that rely on it, "room/module.py: function, function"
    why: what we need it for; breaks: what a user of ours would see without it
    checks: what the contract test looks at
    since: the first version that is known to have it, where that is another than the tested one
    """

    id: str
    kind: Kind
    library: str
    target: str
    users: tuple[str, ...]
    why: str
    breaks: str
    checks: tuple[Check, ...]
    since: str = ""
