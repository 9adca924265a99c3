"""Describes a failed request and its response in texts, whichever client made them: short, and without secrets."""

from __future__ import annotations

import re
from typing import Any

from swarmfile.credentials.redact import REDACTED, Redact

BODY_LENGTH = 2048
_LENGTH = 500
_HEADERS = 30
# Redacted before it is cut, since half a secret is one, too.
_READ = 65_536
_HIDDEN = re.compile("authorization|cookie|token|secret|password|session|credential|api-?key", re.IGNORECASE)
# Begins with a word, not with what may stand before it: a target's answer must not make it slow.
_HIDDEN_VALUE = re.compile(
    r"""((?:password|passwd|secret|token|api[-_]?key)[\w-]{0,20}["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&,;}<]+""",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?<=://)[^/@\s]*@")


def described(exception: Any, meta: dict[str, Any], redact: Redact) -> dict[str, Any]:  # noqa: ANN401
    """Returns request and response; `meta` is what Locust's request event carries."""
    response = meta.get("response")
    request = getattr(response, "request", None)
    request = getattr(exception, "request", None) if request is None else request
    headers, status = _headers(request, redact), getattr(response, "status_code", None)
    trace = {name.lower(): value for name, value in headers}.get("traceparent", "").split("-")
    return {
        "time_ms": meta.get("response_time"),
        "trace": trace[1] if len(trace) == 4 else None,
        "url": clean(getattr(request, "url", None) or meta.get("url"), redact),
        "request": {"headers": headers, "body": _body(getattr(request, "body", None), redact)},
        "response": {"status": status, "headers": _headers(response, redact), "body": _body(_read(response), redact)}
        if status
        else None,
    }


def clean(value: Any, redact: Redact) -> str:  # noqa: ANN401
    """Returns a text of one line's length without secrets."""
    return _without_secrets(_text(value), redact)[:_LENGTH]


def _headers(message: Any, redact: Redact) -> list[tuple[str, str]]:  # noqa: ANN401
    headers = getattr(message, "headers", None)
    fields = [] if headers is None else [(clean(name, redact), value) for name, value in headers.items()]
    return [(name, REDACTED if _HIDDEN.search(name) else clean(value, redact)) for name, value in fields[:_HEADERS]]


def _read(response: Any) -> Any:  # noqa: ANN401
    """Returns the body as far as it was read: the rest of a stream is the script's."""
    kept = (getattr(response, name, None) for name in ("_cached_content", "_content"))
    return next((content for content in kept if isinstance(content, bytes | str)), None)


def _body(content: Any, redact: Redact) -> str:  # noqa: ANN401
    if not isinstance(content, bytes | str) or not content:
        return ""
    text = _text(content[:_READ])
    if "\0" in text:
        return f"({len(content)} bytes that are no text)"
    text = _without_secrets(text, redact)
    return text if len(text) <= BODY_LENGTH else f"{text[:BODY_LENGTH]}… ({len(content)} in all)"


def _without_secrets(text: str, redact: Redact) -> str:
    return _HIDDEN_VALUE.sub(rf"\1{REDACTED}", _LOGIN.sub("", redact(text)))


def _text(value: Any) -> str:  # noqa: ANN401
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
