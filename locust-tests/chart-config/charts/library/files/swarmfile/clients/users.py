"""The kinds of users, and what is done for each without a line in the script: credentials, traceparent, watching.

The tested host is the host of the user, as Locust sets it from --host. Where the test definition names a host
(loadTest.host), it must be that one: whoever types another host into the web UI does not get the password there.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any, TypeVar

from locust import User
from locust.env import Environment

from swarmfile.clients import fast_http, http, swarm
from swarmfile.clients.kind import UserKind
from swarmfile.credentials.files import Credentials, CredentialsError
from swarmfile.credentials.origin import Origin, has_credentials, origin_of
from swarmfile.http.pool import is_any_waiting
from swarmfile.run.interrupted import OF_PROCESS

logger = logging.getLogger("swarmfile")
# A user belongs to the kind whose class it derives from; other protocols' users belong to none.
KINDS: tuple[UserKind, ...] = (http, fast_http, swarm)
AnyUser = TypeVar("AnyUser", bound=User)


def refuse_host_with_credentials(host: str | None) -> None:
    """Raises CredentialsError for https://user:password@host, which web UI, reports and process lists show."""
    if host and has_credentials(host):
        raise CredentialsError("loadTest.host: contains a user name; write it to auth.username and auth.password")


def equip_users(credentials: Credentials, tested_host: str | None) -> None:
    """Equips every user that this process creates from now on; an absent tested host means each user's own."""
    definition = origin_of(tested_host) if tested_host else None

    def target_of(base_url: str | None) -> Origin | None:
        target = origin_of(str(base_url)) if credentials.for_requests else None
        if target is None or definition in (None, target):
            return target
        warn_once(str(base_url), str(tested_host))
        return None

    def equip(kind: UserKind, user: Any) -> None:  # noqa: ANN401 - each kind has a client of its own
        kind.equip(user, credentials, target_of(user.client.base_url))

    for kind in KINDS:
        after_init(kind.USER, partial(equip, kind))


def watch_requests(*, traceparent: bool) -> None:
    """Lets the clients of every kind tell of requests that end with their user, and send a traceparent if wanted."""
    for kind in KINDS:
        if traceparent:
            kind.send_traceparent()
        kind.watch()


def tell_of_requests_in_flight(user_classes: Iterable[type[User]]) -> bool:
    """Returns whether `is_any_in_flight` knows of every request that users of these classes make."""
    kinds = tuple(kind.USER for kind in KINDS)
    return all(issubclass(user_class, kinds) for user_class in user_classes)


def is_any_in_flight() -> bool:
    """Returns whether a user of this process waits for an answer."""
    return OF_PROCESS.counts.in_flight > 0 or is_any_waiting()


def after_init(user_class: type[AnyUser], equip: Callable[[AnyUser], None]) -> None:
    """Calls equip with each new instance; a client that a subclass sets afterwards is the script's own."""
    original = user_class.__init__

    @wraps(original)
    def init(self: AnyUser, environment: Environment) -> None:
        original(self, environment)
        equip(self)

    user_class.__init__ = init  # type: ignore[assignment, method-assign]


_warned: set[str] = set()


def warn_once(host: str, tested_host: str) -> None:
    """Says why requests arrive without credentials."""
    if host not in _warned:
        _warned.add(host)
        logger.warning("swarmfile: credentials are not sent to %s: the test definition's host is %s", host, tested_host)
