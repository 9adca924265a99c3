"""The HTTP client of a SwarmHttpUser: what scripts know from HttpUser's and FastHttpUser's, and much faster.

Scripts use it as `self.client`. What it sends and whom it trusts are plain attributes, see ClientSettings:
base_url, headers, host_headers, auth, verify, cert, host_tls, proxies. Beyond these:

cookies              the user's jar (`cookiejar` is the same)
params, hooks        joined to those of each request, as in requests
stream               read bodies when they are asked for
timeouts             a `Timeouts`: seconds to connect, between two pieces of a response, and for a whole request
connection_lifetime  seconds after which a kept connection is replaced and the name resolved anew
discard_bodies       count bodies, but do not keep them
max_body_bytes       a longer body is a failure, also once it is inflated; None for no limit
max_redirects        more are a failure
request_name         the name for all requests that have none; `rename_request` sets it for a with-block

Where HttpUser and FastHttpUser differ it does as HttpUser: a request without `name` is named by the path and query
that were sent, certificates are verified, HEAD does not follow redirects. Neither reads proxies from the environment;
nor does this. docs/clients.md has every member.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import Any

from gevent import Greenlet, GreenletExit
from locust.event import EventHook

from swarmfile.http.auth import auth_header, changes_request, sign
from swarmfile.http.body import NO_BODY, encode_body
from swarmfile.http.call import Call
from swarmfile.http.cookies import Cookies
from swarmfile.http.options import NOT_GIVEN, Defaults, Options, read_options
from swarmfile.http.refused import CLIENT, refuse
from swarmfile.http.request import Plan
from swarmfile.http.response import SwarmResponse
from swarmfile.http.url import with_params


@refuse("SwarmHttpUser's client", CLIENT)
class SwarmHttpSession(Defaults):
    """Sends requests and tells Locust about them; one for each user."""

    __slots__ = ("request_name",)

    def __init__(self, base_url: str | None, environment: Any, user: Any, **settings: Any) -> None:
        super().__init__(base_url, environment, user, **settings)
        self.request_name: str | None = None

    @property
    def cookiejar(self) -> Cookies:
        """The jar, by FastHttpUser's name for it."""
        return self.cookies

    @cookiejar.setter
    def cookiejar(self, jar: Any) -> None:
        self.cookies = jar

    @property
    def request_event(self) -> EventHook:
        """Locust's request event, which each request is told to."""
        return self._recorder.event

    @property
    def connection_lifetime(self) -> float:
        """Seconds after which a kept connection is replaced and its name resolved anew."""
        return self.pool.lifetime

    @connection_lifetime.setter
    def connection_lifetime(self, seconds: float | None) -> None:
        self.pool.lifetime = inf if seconds is None else seconds

    @property
    def max_body_bytes(self) -> float | None:
        """A longer body is a failure, also once it is inflated."""
        return None if self.pool.most_bytes == inf else self.pool.most_bytes

    @max_body_bytes.setter
    def max_body_bytes(self, size: float | None) -> None:
        self.pool.most_bytes = inf if size is None else size

    @property
    def max_redirects(self) -> int:
        """More redirects than these are a failure."""
        return self._caller.max_redirects

    @max_redirects.setter
    def max_redirects(self, number: int) -> None:
        self._caller.max_redirects = number

    def get(self, url: str, **options: Any) -> SwarmResponse:
        """Sends a GET request; `options` are those of `request`."""
        if options or self.request_name or self._has_defaults:
            return self.request("GET", url, **options)
        return self.send_plan(self.plan_get(url))

    def options(self, url: str, **options: Any) -> SwarmResponse:
        """Sends an OPTIONS request."""
        return self.request("OPTIONS", url, **options)

    def head(self, url: str, **options: Any) -> SwarmResponse:
        """Sends a HEAD request, which follows no redirects unless told so."""
        return self.request("HEAD", url, **options)

    def post(self, url: str, data: Any = None, json: Any = None, **options: Any) -> SwarmResponse:
        """Sends a POST request."""
        return self.request("POST", url, data=data, json=json, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> SwarmResponse:
        """Sends a PUT request."""
        return self.request("PUT", url, data=data, **options)

    def patch(self, url: str, data: Any = None, **options: Any) -> SwarmResponse:
        """Sends a PATCH request."""
        return self.request("PATCH", url, data=data, **options)

    def delete(self, url: str, **options: Any) -> SwarmResponse:
        """Sends a DELETE request."""
        return self.request("DELETE", url, **options)

    def iter_lines(self, url: str, method: str = "GET", **options: Any) -> Iterator[str]:
        """Yields the lines of a streamed response. Raises what `raise_for_status` raises."""
        response = self.request(method, url, stream=True, **options)
        response.raise_for_status()
        yield from response.iter_lines(decode_unicode=True)

    @contextmanager
    def rename_request(self, name: str) -> Iterator[None]:
        """Names all requests of a with-block that have no name of their own."""
        self.request_name = name
        try:
            yield
        finally:
            self.request_name = None

    def request(
        self,
        method: str,
        url: str,
        name: str | None = None,
        catch_response: bool = False,
        context: Mapping[str, Any] | None = None,
        *,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> SwarmResponse:
        """Sends a request, follows redirects, and tells Locust.

        `url`: a path of the tested host or a whole URL. `name`: the entry in Locust's statistics.
        With catch_response the with-block decides the outcome. `options`: see `Options`.
        Raises InvalidURL, InvalidHeader and TypeError for what cannot be sent; failures are in the response.
        """
        method = method.upper()
        name = name or self.request_name
        if options or self._has_defaults:
            asked = self.complete(read_options(options))
            plan, call = self._prepare(method, url, name, data, json, headers, asked)
            return self.carry_out(plan, call, catch_response, context)
        body, content_type = NO_BODY if data is json is None else encode_body(data, json)
        plan = self.plan(method, url, name, headers)
        return self.send_plan(plan, body, content_type, headers, catch_response, context)

    def _prepare(
        self,
        method: str,
        url: str,
        name: str | None,
        data: Any,
        json: Any,
        headers: Mapping[str, Any] | None,
        asked: Options,
    ) -> tuple[Plan, Call]:
        params, files, auth, follow = asked.params, asked.files, asked.auth, asked.allow_redirects
        way = (asked.verify, asked.cert, asked.proxies)
        body, content_type = NO_BODY if data is json is files is None else encode_body(data, json, files)
        if params is not None:
            name = name or (url if self.naming == "fasthttp" else None)
            url = with_params(url, params)
        if auth is not None and changes_request(auth):
            url, headers, body = self._signed(auth, method, url, headers, body, content_type, way)
            auth = None
        plan = self.plan(method, url, name, headers, auth, way)
        return plan, Call(
            self.timeouts if asked.timeout is NOT_GIVEN else self.timeouts.override(asked.timeout),
            body,
            content_type,
            # Redirects on the same host take it along.
            {**(headers or {}), **auth_header(auth)} if auth else headers,
            asked.cookies,
            follow=method != "HEAD" if follow is None else follow,
            stream=bool(asked.stream),
            keep_body=not asked.discard_body,
            way=way,
            hooks=self.hooks_of(asked),
        )

    def _signed(
        self,
        auth: Any,
        method: str,
        url: str,
        headers: Mapping[str, Any] | None,
        body: bytes,
        content_type: str | None,
        way: tuple[Any, ...],
    ) -> tuple[str, Mapping[str, Any], bytes]:
        """Returns URL, headers and body as `auth` leaves them."""
        plan = self.plan(method, url, None, headers, None, way)
        fields = dict(plan.frame.fields)
        if content_type and not plan.frame.owns_content_type:
            fields["Content-Type"] = content_type
        signed = sign(auth, method, plan.full_url, fields, body)
        own = dict(headers or {})
        own.update(signed.headers)
        return signed.url if signed.url != plan.full_url else url, own, signed.body

    def __enter__(self) -> "SwarmHttpSession":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections that are kept."""
        self.pool.close()

    def user_ended(self, greenlet: Greenlet) -> None:
        """Closes what is kept once a user's greenlet is over; where a stop ended it, requests of others end too."""
        if isinstance(greenlet.value, GreenletExit):
            self.pool.interrupt()
        self.close()
