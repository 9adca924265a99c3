"""What HttpUser's and FastHttpUser's clients have and this one refuses, each with one line that says what to do.

What scripts could set or read without effect would be worse than an error.
"""

from typing import Any, TypeVar

AnyClass = TypeVar("AnyClass", bound=type)

_CONNECTIONS = "connections are the client's own: stay with HttpUser for adapters"
_STEPS = "it is a step of requests' own way: call request(), or stay with HttpUser"
_READ = "read with iter_content() or iter_lines(), or stay with Locust's user"
_AGENT = "it is FastHttpUser's own user agent: stay with FastHttpUser for it"
CLIENT = {
    "adapters": _CONNECTIONS,
    "get_adapter": _CONNECTIONS,
    "mount": _CONNECTIONS,
    "get_redirect_target": _STEPS,
    "merge_environment_settings": _STEPS,
    "prepare_request": _STEPS,
    "rebuild_auth": _STEPS,
    "rebuild_method": _STEPS,
    "rebuild_proxies": _STEPS,
    "resolve_redirects": _STEPS,
    "send": _STEPS,
    "should_strip_auth": _STEPS,
    "auth_header": "set client.auth, or the Authorization header",
    "client": _AGENT,
    "keep_alive": 'requests ignores it, too: set client.headers["Connection"] = "close"',
    "timeout": "requests ignores it, too: write timeout= with a request, or network_timeout on the class",
}
RESPONSE = {
    "connection": _CONNECTIONS,
    "raw": _READ,
    "stream": _READ,
    "read": _READ,
    "readline": _READ,
    "isclosed": _READ,
    "release": "call close()",
    "data": "ask `content`",
    "unzipped": "ask `content`, which has no content coding",
    "status": "ask `status_code`",
    "info": "ask `headers`",
    "wrap_response": "it is a step of Locust's own way: call request(), or stay with HttpUser",
}
# Attributes of a user's class that have no counterpart.
USER = {
    "client_pool": "stay with FastHttpUser to share connections",
    "pool_manager": "stay with HttpUser to share connections",
    "max_retries": "write the retry in the task: one that is hidden is not counted",
}


class Refused:
    """An attribute that raises AttributeError when it is read or set."""

    def __init__(self, owner: str, name: str, remedy: str) -> None:
        self.message = f"{owner} has no {name!r}: {remedy}"

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None:
            return self
        raise AttributeError(self.message)

    def __set__(self, instance: object, value: object) -> None:
        raise AttributeError(self.message)


class MissingRequestMeta:
    """Stands where an instance may have its own."""

    message = "SwarmHttpUser's response has 'request_meta' only with catch_response=True"

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None:
            return self
        raise AttributeError(self.message)


def refuse(owner: str, names: dict[str, str]) -> Any:
    """Returns a decorator that gives a class what it refuses."""

    def decorate(refusing: AnyClass) -> AnyClass:
        for name, remedy in names.items():
            setattr(refusing, name, Refused(owner, name, remedy))
        return refusing

    return decorate


def refuse_attributes(user_class: type) -> None:
    """Raises TypeError where a user's class sets what has no counterpart."""
    for name, remedy in USER.items():
        if vars(user_class).get(name):
            raise TypeError(f"{user_class.__name__}.{name}: SwarmHttpUser has none: {remedy}")
