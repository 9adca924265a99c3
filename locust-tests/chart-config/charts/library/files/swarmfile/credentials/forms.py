"""Says in which forms a secret may be written: as it is, as URL, JSON, HTML and Python escape it, in hex and base64.

One regular expression for all secrets, so that a text is searched once. Each character may be escaped by itself, since
whoever quotes a secret escapes what must be and leaves the rest; upper and lower case are the same.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html.entities import html5

# In the place of shorter ones ordinary words would vanish.
SHORTEST = 8


def pattern_of(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """Returns what finds every form of every secret; None where none is long enough."""
    # The longest first: a password may be a part of a header's value.
    long_enough = sorted({each for each in secrets if len(each) >= SHORTEST}, key=len, reverse=True)
    forms = dict.fromkeys(form for each in long_enough for form in _forms(each))
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None


def _forms(secret: str) -> Iterator[str]:
    content = secret.encode()
    yield "".join(map(_escaped, secret))
    yield from _in_base64(content)
    yield "[ :-]?".join(f"{byte:02x}" for byte in content)
    try:
        # HTTP clients show a header's UTF-8 as the latin-1 that they send.
        as_sent = content.decode("latin-1")
    except UnicodeDecodeError:
        return
    if as_sent != secret:
        yield "".join(map(_escaped, as_sent))


def _escaped(character: str) -> str:
    """Returns a pattern for one character, escaped up to five times; without a limit some texts would take minutes."""
    code, bytes_of = ord(character), character.encode()
    names = "|".join(sorted({name.rstrip(";") for name, value in html5.items() if value == character}))
    entity = rf"#0{{0,9}}{code}|#x0{{0,9}}{code:x}" + (f"|{names}" if names else "")
    units = [f"{unit:04x}" for unit in _utf16(character)]
    return (
        "(?:"
        + "|".join(
            [
                rf"\\{{0,4}}{re.escape(character)}",
                "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in bytes_of),
                rf"&(?:amp;){{0,4}}(?:{entity});?",
                "".join(rf"\\{{1,4}}u{unit}" for unit in units),
                "".join(rf"\\{{1,4}}x{byte:02x}" for byte in bytes_of),
                *([r"\+"] if character == " " else []),
            ]
        )
        + ")"
    )


def _utf16(character: str) -> Iterator[int]:
    content = character.encode("utf-16-be")
    return (int.from_bytes(content[at : at + 2]) for at in range(0, len(content), 2))


def _in_base64(content: bytes) -> Iterator[str]:
    """Yields what base64 of any text around the secret holds of it: three cores, by how many bytes come before."""
    for before in range(3):
        whole = b64encode(bytes(before) + content).decode().rstrip("=")
        # The first and the last letter may hold bits of what stands beside the secret.
        first, last = (0, 2, 3)[before], len(whole) - ((before + len(content)) % 3 > 0)
        # Up to three letters before or after it tell some bits of it.
        yield "".join(map(_letter, whole[first:last])) + r"[\w+/-]{0,2}={0,2}"


def _letter(letter: str) -> str:
    # `-` and `_` are the alphabet of URLs; JSON and URLs escape the other one.
    return {"+": r"(?:[+-]|%2b)", "/": r"(?:\\{0,4}/|_|%2f)"}.get(letter, letter)
