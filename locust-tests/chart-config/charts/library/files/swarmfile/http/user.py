"""A fast HTTP user: the tasks of an HttpUser or FastHttpUser run on it after changing the class's name.

from swarmfile.http.user import SwarmHttpUser
class Visitor(SwarmHttpUser): ...
"""

import ssl
from collections.abc import Callable, Mapping
from typing import Any

from gevent import Greenlet
from gevent.pool import Group
from locust import User
from locust.env import Environment
from locust.exception import StopTest
from locust.user.task import LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING, TaskSet
from locust.user.users import RestMixin

from swarmfile.http.client import SwarmHttpSession
from swarmfile.http.pool import Timeouts
from swarmfile.http.refused import refuse_attributes
from swarmfile.http.response import SwarmResponse

NAMINGS = ("http", "fasthttp")


class SwarmHttpUser(User, RestMixin[SwarmResponse]):
    """A user whose `client` is a SwarmHttpSession. The class attributes are read when a user is created.

    Those that FastHttpUser has too mean the same, but `insecure` is off here; `concurrency` and the pools
    have no counterpart: each greenlet of a user that sends a request gets a connection.
    """

    abstract = True

    # Seconds to open a connection, including name and TLS.
    connection_timeout: float | None = 60.0
    # Seconds that a server may be silent.
    network_timeout: float | None = 60.0
    # Seconds for a whole request with its redirects; None for no limit.
    total_timeout: float | None = None
    # Seconds after which a kept connection is replaced and its name resolved anew; None keeps it.
    connection_lifetime: float | None = None
    # Bytes that a body may have, also once it is inflated; a longer one is a failure. None for no limit. A stream is
    # limited only where it is kept (`content`, `text`, one line). What one read brings (64 KiB) always passes.
    max_body_bytes: int | None = 64 << 20
    # Redirects that one request may follow.
    max_redirects: int = 30
    # Accept any certificate.
    insecure: bool = False
    # A callable that returns the SSLContext, used for all users of the class.
    ssl_context_factory: Callable[[], ssl.SSLContext] | None = None
    # Sent with each request.
    default_headers: Mapping[str, str] | None = None
    # The proxy for http and https.
    proxy_host: str | None = None
    proxy_port: int | None = None
    # Count bodies, but do not keep them.
    discard_bodies: bool = False
    # Whose names requests without `name` get: "http" for HttpUser's (path and query as they are sent), "fasthttp" for
    # FastHttpUser's (the URL as the script wrote it).
    naming: str = "http"

    # Set after each request: the greenlet has let others run.
    has_waited = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        refuse_attributes(cls)
        if cls.naming not in NAMINGS:
            raise ValueError(f'{cls.__name__}.naming: {cls.naming!r} is unknown: write "http" or "fasthttp"')

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if self.host is None:
            raise StopTest(
                "You must specify the base host. Either in the host attribute in the User class, "
                "or on the command line using the --host option."
            )
        factory = type(self).__dict__.get("ssl_context_factory", type(self).ssl_context_factory)
        self.client = SwarmHttpSession(
            self.host,
            environment,
            self,
            lifetime=self.connection_lifetime,
            verify=not self.insecure,
            ssl_context_factory=factory.__func__ if isinstance(factory, staticmethod) else factory,
        )
        self.client.timeouts = Timeouts.of(self.connection_timeout, self.network_timeout, self.total_timeout)
        self.client.max_redirects = self.max_redirects
        self.client.max_body_bytes = self.max_body_bytes
        self.client.discard_bodies = self.discard_bodies
        self.client.naming = self.naming
        self.client.headers.update(self.default_headers or {})
        if self.proxy_host:
            self.client.proxies["all"] = f"http://{self.proxy_host}:{self.proxy_port or 80}"

    def start(self, group: Group) -> Greenlet:
        """Starts the user's greenlet; its connections end with it, however it ends."""
        greenlet = super().start(group)
        greenlet.link(self.client.user_ended)
        return greenlet

    def stop(self, force: bool = False) -> bool:
        """Stops the user; one that waits sends nothing any more."""
        if not force and self._state == LOCUST_STATE_WAITING:
            # Its wait may be over before Locust's kill arrives: a request that it sent then would be counted nowhere.
            self._state = LOCUST_STATE_STOPPING
            self.group.killone(self.greenlet)
            return True
        return bool(super().stop(force))


_sleep = TaskSet._sleep


def sleep_unless_waited(tasks: TaskSet, seconds: float) -> None:
    """Skips the sleep of no time after a task that sent a request: it only lets others run, and they did."""
    user = tasks.user
    if not seconds and getattr(user, "has_waited", False):
        user.has_waited = False  # type: ignore[attr-defined]
    else:
        _sleep(tasks, seconds)


TaskSet._sleep = sleep_unless_waited  # type: ignore[method-assign]
