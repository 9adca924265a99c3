"""Makes a regular expression of the grammar of criteria, for values.schema.json: what helm and editors can judge.

It accepts whatever swarmfile.definition.grammar accepts and refuses most of the rest: a pattern knows no stage's name
and compiles no other pattern. Helm shows it whole, so it is short rather than strict: what stands between `of` or `by`
and the operator may be anything. Go's RE2 and Python read it alike.
"""

from swarmfile.definition.assertion import OPERATORS, Consequence, Statistic
from swarmfile.definition.baseline import COMPARED
from swarmfile.definition.grammar import WORDS

_QUOTED = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"""
_PERCENTILE = r"p(?:100|\d?[1-9](?:\.\d+)?|[1-9]0(?:\.\d+)?|00?\.\d*[1-9]\d*)"
_NUMBER = r"\d[\d.]*(?:[eE][+-]?\d+)?"
# Without % a share is below 1.
_SHARE = rf"(?:{_NUMBER}%|0[\d.]*(?:[eE][+-]?\d+)?|[\d.]+[eE]-\d+)"
_CHANGE = r"[+-]\d+(?:\.\d+)?%"
_TIMES = (Statistic.PERCENTILE, Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM)


def criterion_pattern() -> str:
    """Returns the expression for a whole line; an empty one is accepted, since safetyStop may be."""
    consequences = "|".join(map(str, Consequence))
    span = r"(?:\s+for\s+\d[\dhms]*)?(?:\s+during\b[^<>=!,]+)?"
    end = rf"(?:\s*,\s*(?:{consequences})(?:\s+after\s+\d[\dhms]*)?)?"
    return rf"^\s*(?:(?:{'|'.join(_subjects())}){span}{end}\s*)?$"


def _subjects() -> list[str]:
    """Each kind of subject with its scope, operator and threshold."""
    times = f"(?:{_PERCENTILE}|{_words(*_TIMES)})"
    of_value = rf"(?:(?:{times}|{_words(Statistic.SUM, Statistic.COUNT)})\s+of\s+)?value\s*(?:{_QUOTED})"
    return [
        f"{of_value}{_limit('-?' + _NUMBER)}",
        f"{times}{_scope()}{_limit(_NUMBER, 'ms', 's', 'm')}",
        rf"error\s+rate{_scope()}{_limit(_SHARE)}",
        f"(?:{_words(Statistic.FAILURES, Statistic.REQUESTS)}){_scope()}{_limit(_NUMBER)}",
        f"{_words(Statistic.RATE)}{_scope()}{_limit(_NUMBER, '/s', '/m')}",
        f"{_words(Statistic.BYTES)}{_scope()}{_limit(_NUMBER, 'B', 'kB', 'MB', 'GB')}",
        rf"(?:{_PERCENTILE}|{_words(*COMPARED)}){_scope()}{_limit(_CHANGE)}\s+of\s+baseline",
    ]


def _words(*statistics: Statistic) -> str:
    return "|".join(word for word, subject in WORDS.items() if subject.statistic in statistics)


def _scope() -> str:
    return rf"(?:\s*\b(?:of|by)\b(?:[^<>=!,\"']|{_QUOTED}|\{{[^{{}}]*\}})+)?"


def _limit(number: str, *units: str) -> str:
    unit = f"(?:{'|'.join(units)})?" if units else ""
    return rf"\s*(?:{'|'.join(OPERATORS)})\s*{number}{unit}"
