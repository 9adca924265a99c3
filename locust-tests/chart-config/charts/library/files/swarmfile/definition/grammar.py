"""Reads the criteria of a test definition.

    criterion   = subject ["of" scope] operator threshold ["for" window] ["during" "phase"] {"," consequence}
    subject     = p50 … p99.99 | median | average | minimum | maximum | requests | failures | rate | error rate | bytes;
                  failures and error rate also "by" cause, before or after the scope; count and sum of a script's values
    cause       = "text within the error" | 503 | 5xx | cause (each cause by itself, the most frequent counts)
    scope       = all | "GET /name" | "name" | [METHOD] pattern | METHOD | value "name"
    operator    = < <= > >= == !=
    threshold   = a number with ms, s, m | % | /s, /m | B, kB, MB, GB; or a change: see swarmfile/definition/baseline.py
    consequence = fail | warn | abort ["after" grace]

A pattern is a regular expression that the whole name must match; `value "x" < 5` alone means the average.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

from swarmfile.definition import baseline, durations
from swarmfile.definition.assertion import OPERATORS, Consequence, Criterion, FailureCause, Statistic, Subject
from swarmfile.definition.sense import sensible
from swarmfile.definition.words import CriterionError, Line, Token, TokenKind, unknown
from swarmfile.stats.scope import ALL, Scope, ScopeKind

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(\S*)")
_METHOD = re.compile(r"[A-Z]{2,}")
_STATUS = re.compile(r"[1-5](?:\d\d|xx)", re.IGNORECASE)

WORDS = {
    "median": Subject(Statistic.PERCENTILE, 50.0),
    "average": Subject(Statistic.AVERAGE),
    "avg": Subject(Statistic.AVERAGE),
    "minimum": Subject(Statistic.MINIMUM),
    "min": Subject(Statistic.MINIMUM),
    "maximum": Subject(Statistic.MAXIMUM),
    "max": Subject(Statistic.MAXIMUM),
    "requests": Subject(Statistic.REQUESTS),
    "failures": Subject(Statistic.FAILURES),
    "rate": Subject(Statistic.RATE),
    "bytes": Subject(Statistic.BYTES),
    "count": Subject(Statistic.COUNT),
    "sum": Subject(Statistic.SUM),
}
_SUBJECTS = ["p50", "p90", "p95", "p99", "p99.9", "error rate", "value", *WORDS]
_PARTS = ["of", "by", "for", "during"]
_TIMES = {Statistic.PERCENTILE, Statistic.AVERAGE, Statistic.MINIMUM, Statistic.MAXIMUM}
_OF_VALUES = {*_TIMES, Statistic.COUNT, Statistic.SUM}
_EXAMPLES = {"ms": "300ms", "%": "0.5%", "/s": "200/s", "B": "10MB", "": "1000"}


def parse(text: str) -> Criterion:
    """Returns the criterion that one line says, or raises CriterionError with one sentence."""
    line = Line(text)
    subject, scope = _subject_and_scope(line)
    operator = _operator(line)
    if baseline.speaks_of_baseline(line):
        criterion = replace(baseline.relative(line, subject, operator, scope), text=text.strip())
    else:
        number, unit = _threshold(line, subject, scope)
        criterion = Criterion(subject, operator, number, unit, scope, text=text.strip())
    criterion = _consequences(line, _span(line, criterion))
    if line.peek().kind is not TokenKind.END:
        raise unknown(line.peek().text, ["for", "during", ", abort", ", warn"], "word after the threshold")
    return baseline.only_judged_at_the_end(criterion) if criterion.of_baseline else sensible(criterion)


def _subject_and_scope(line: Line) -> tuple[Subject, Scope]:
    if line.takes("value"):
        return Subject(Statistic.AVERAGE), _value(line)
    subject = _subject(line)
    scope = _scope(line) if line.takes("of") else ALL
    return _by_cause(line, subject), scope


def _subject(line: Line) -> Subject:
    if line.takes("error", "rate"):
        return _by_cause(line, Subject(Statistic.ERROR_RATE))
    token = line.take()
    if match := _PERCENTILE.fullmatch(token.text):
        return _by_cause(line, Subject(Statistic.PERCENTILE, float(match[1])))
    if token.kind is not TokenKind.WORD or token.text not in WORDS:
        following = (
            f" {line.peek().text}" if line.peek().kind is TokenKind.WORD and line.peek().text not in _PARTS else ""
        )
        raise unknown(token.text + following, _SUBJECTS, "subject")
    return _by_cause(line, WORDS[token.text])


def _by_cause(line: Line, subject: Subject) -> Subject:
    if not line.takes("by"):
        return subject
    if subject.statistic not in (Statistic.ERROR_RATE, Statistic.FAILURES):
        raise CriterionError(f'only failures and error rate go "by" a cause, not {subject}')
    token = line.take()
    if token.kind is TokenKind.QUOTED:
        return replace(subject, cause=FailureCause(token.text))
    if token.text == "cause":
        return replace(subject, cause=FailureCause())
    if not _STATUS.fullmatch(token.text):
        raise CriterionError(
            f'"{token.text}" is no cause: write cause, a status such as 503 or 5xx, or "text" in quotes'
        )
    return replace(subject, cause=FailureCause(token.text.lower(), is_status=True))


def _scope(line: Line) -> Scope:
    token = line.take()
    if token.kind is TokenKind.QUOTED:
        return Scope(ScopeKind.NAME, token.text)
    if token.kind is not TokenKind.WORD:
        raise CriterionError('after "of" write all, a name in quotes, a pattern such as /api/.*, or value "name"')
    if token.text == "all":
        return ALL
    if token.text == "value":
        return _value(line)
    if not _METHOD.fullmatch(token.text):
        return Scope(ScopeKind.PATTERN, _pattern(token.text))
    following = line.peek()
    pattern = _pattern(line.take().text) if following.kind is TokenKind.WORD and following.text not in _PARTS else ""
    return Scope(ScopeKind.PATTERN, pattern, token.text)


def _value(line: Line) -> Scope:
    token = line.take()
    if token.kind is not TokenKind.QUOTED:
        raise CriterionError('after "value" write the name in quotes, as in value "queue length" < 10')
    return Scope(ScopeKind.VALUE, token.text)


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise CriterionError(f'"{text}" is no pattern ({error}): quote it if it is a name') from None
    if "/*" in text:
        raise CriterionError(f'"{text}": in a pattern any text is ".*"; write {text.replace("/*", "/.*")}')
    return text


def _operator(line: Line) -> str:
    token = line.take()
    if token.kind is TokenKind.OPERATOR and token.text in OPERATORS:
        return token.text
    if token.kind is TokenKind.WORD:
        raise unknown(token.text, _PARTS, "word")
    raise CriterionError(f'"{token.text}" is no comparison: write one of {" ".join(OPERATORS)}')


def _threshold(line: Line, subject: Subject, scope: Scope) -> tuple[float, str]:
    text = line.take().text
    match = _NUMBER.fullmatch(text)
    if not match:
        raise CriterionError(f'"{text}" is no threshold: write a number with its unit')
    if not math.isfinite(float(match[1])):
        raise CriterionError(f'"{text}" is more than any number: write a smaller one')
    allowed = _units(subject, scope)
    if match[2] not in allowed:
        raise CriterionError(f'"{match[2]}" is no unit of {subject}: write for example {_EXAMPLES[allowed[0]]}')
    # A plain number means the first unit, except that a plain share is a share: 0.01 is 1%.
    is_plain_time = not match[2] and allowed[0] == "ms"
    return float(match[1]), "ms" if is_plain_time else match[2]


def _units(subject: Subject, scope: Scope) -> tuple[str, ...]:
    _refuse_mismatch(subject, scope)
    if scope.kind is ScopeKind.VALUE:
        return ("",)
    if subject.statistic in _TIMES:
        return ("ms", "s", "m", "")
    return {
        Statistic.RATE: ("/s", "/m", ""),
        Statistic.ERROR_RATE: ("%", ""),
        Statistic.BYTES: ("B", "kB", "MB", "GB", ""),
    }.get(subject.statistic, ("",))


def _refuse_mismatch(subject: Subject, scope: Scope) -> None:
    is_value = scope.kind is ScopeKind.VALUE
    if is_value and subject.statistic not in _OF_VALUES:
        raise CriterionError(
            f"{subject} of {scope}: values have a percentile, average, minimum, maximum, count and sum"
        )
    if not is_value and subject.statistic in (Statistic.COUNT, Statistic.SUM):
        raise CriterionError(
            f'{subject} is for values, as in {subject} of value "orders"; requests are counted by requests'
        )


def _span(line: Line, criterion: Criterion) -> Criterion:
    if line.takes("for"):
        window_s = _duration(line)
        if not window_s:
            raise CriterionError("a window has at least one second: write for 30s")
        criterion = replace(criterion, window_s=window_s)
    if line.takes("during"):
        criterion = replace(criterion, phase=_name(line.take()))
    return criterion


def _duration(line: Line) -> int:
    try:
        return durations.seconds(line.take().text)
    except ValueError as error:
        raise CriterionError(str(error)) from None


def _name(token: Token) -> str:
    if token.kind not in (TokenKind.QUOTED, TokenKind.WORD):
        raise CriterionError('after "during" write a stage\'s name in quotes')
    return token.text


def _consequences(line: Line, criterion: Criterion) -> Criterion:
    known: list[str] = []
    while line.peek().kind is TokenKind.COMMA:
        line.take()
        word = line.take().text
        if word not in list(Consequence):
            raise unknown(word, list(Consequence), "consequence")
        known.append(word)
        if len(known) > 1:
            raise CriterionError(f"a criterion has one consequence, not {' and '.join(known)}")
        criterion = replace(criterion, consequence=Consequence(word))
        if line.takes("after"):
            criterion = replace(criterion, grace_s=_duration(line))
    return criterion
