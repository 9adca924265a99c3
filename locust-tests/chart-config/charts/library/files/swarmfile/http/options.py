"""What one request may ask for, and what a script sets once for all requests of its client."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from requests.sessions import merge_setting

from swarmfile.http.auth import changes_request
from swarmfile.http.send import Sender

# timeout=None means none, as in requests: what was not given must be told from it.
NOT_GIVEN: Any = object()
Hooks = Sequence[Callable[..., Any]]


# Not frozen, as Call is not.
@dataclass(slots=True)
class Options:
    """What one request may ask for beyond its body and its headers, each as in requests, but for these two.

    timeout: seconds, (connect, read) or (connect, read, total), each None for no limit; urllib3's Timeout
    discard_body: count the body's bytes, but do not keep them
    """

    params: Any = None
    cookies: Any = None
    files: Any = None
    auth: Any = None
    timeout: Any = NOT_GIVEN
    allow_redirects: bool | None = None
    stream: bool | None = None
    verify: bool | str | None = None
    cert: Any = None
    proxies: Mapping[str, str] | None = None
    hooks: Mapping[str, Any] | None = None
    discard_body: bool | None = None


def read_options(given: Mapping[str, Any]) -> Options:
    """Returns a request's options. Raises TypeError for one that there is not."""
    try:
        return Options(**given)
    except TypeError as error:
        raise TypeError(str(error).replace("Options.__init__()", "SwarmHttpUser's request()")) from None


class Defaults(Sender):
    """A client's own defaults for what a request may ask for, each as in requests.

    Requests without options take a short way while there are none; a script that asks for `params` or `hooks` may
    change what it gets, so from then on each request looks.
    """

    __slots__ = ("_discard_bodies", "_has_defaults", "_hooks", "_params", "_stream")

    def __init__(self, base_url: str | None, environment: Any, user: Any, **settings: Any) -> None:
        self._has_defaults = False
        # Made when a script asks for them: most users have none.
        self._params: Any = None
        self._hooks: dict[str, Any] | None = None
        self._stream = self._discard_bodies = False
        super().__init__(base_url, environment, user, **settings)

    @property
    def params(self) -> Any:
        """A mapping, or pairs, joined to the params of each request."""
        self._has_defaults = True
        if self._params is None:
            self._params = {}
        return self._params

    @params.setter
    def params(self, params: Any) -> None:
        self._params = params
        self._has_defaults = True

    @property
    def hooks(self) -> dict[str, Any]:
        """Under "response" what is called with each response that has no hooks of its own."""
        self._has_defaults = True
        if self._hooks is None:
            self._hooks = {"response": []}
        return self._hooks

    @hooks.setter
    def hooks(self, hooks: dict[str, Any]) -> None:
        response_hooks(hooks)
        self._hooks = hooks
        self._has_defaults = True

    @property
    def stream(self) -> bool:
        """Whether bodies are read when they are asked for."""
        return self._stream

    @stream.setter
    def stream(self, stream: bool) -> None:
        self._stream = stream
        self._has_defaults = True

    @property
    def discard_bodies(self) -> bool:
        """Count bodies, but do not keep them."""
        return self._discard_bodies

    @discard_bodies.setter
    def discard_bodies(self, discard: bool) -> None:
        self._discard_bodies = discard
        self._has_defaults = self._has_defaults or discard

    def settings_changed(self) -> None:
        """Makes the next request plan anew."""
        super().settings_changed()
        self._has_defaults = self._has_defaults or changes_request(getattr(self, "auth", None))

    def complete(self, asked: Options) -> Options:
        """Fills in what a request leaves to its client; most clients have nothing to say."""
        if not self._has_defaults:
            return asked
        if self._params:
            asked.params = merge_setting(asked.params, self._params)
        if asked.auth is None and changes_request(self.auth):
            asked.auth = self.auth
        asked.stream = self._stream if asked.stream is None else asked.stream
        asked.discard_body = self._discard_bodies if asked.discard_body is None else asked.discard_body
        return asked

    def hooks_of(self, asked: Options) -> Hooks:
        """Returns what is called with a response: the request's own, or else the client's."""
        if asked.hooks is None and not self._has_defaults:
            return ()
        return response_hooks(asked.hooks) or response_hooks(self._hooks)


def response_hooks(hooks: Mapping[str, Any] | None) -> Hooks:
    """Returns the callables under "response". Raises ValueError for another event, which would never come."""
    if unknown := set(hooks or ()) - {"response"}:
        raise ValueError(f'hooks: {sorted(unknown)[0]!r} never happens: write "response"')
    found = (hooks or {}).get("response") or ()
    return (found,) if callable(found) else tuple(found)
