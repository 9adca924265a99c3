"""The HTTP client of a SwarmHttpUser: what scripts know from HttpUser's and FastHttpUser's, and much faster.

Scripts use it as `self.client`. What it sends and whom it trusts are plain attributes, see ClientSettings:
headers, host_headers, auth, verify, cert, host_tls, proxies. Beyond these:

cookies              the user's jar (`cookiejar` is the same)
timeouts             a `Timeouts`: seconds to connect, between two pieces of a response, and for a whole request
connection_lifetime  seconds after which a kept connection is replaced and the name resolved anew
discard_bodies       count bodies, but do not keep them
max_redirects        more are a failure
request_name         the name for all requests that have none; `rename_request` sets it for a with-block

Where HttpUser and FastHttpUser differ: a request without `name` is named by the URL as the script wrote it
(FastHttpUser); a status of 400 and above is a failure, certificates are verified, HEAD does not follow redirects
(HttpUser). Neither reads proxies from the environment; nor does this.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import Any

from lib.http_body import NO_BODY, encode_body
from lib.http_call import Call
from lib.http_cookies import Cookies
from lib.http_request import auth_header
from lib.http_response import SwarmResponse
from lib.http_send import Sender
from lib.http_url import with_params


class SwarmHttpSession(Sender):
    """Sends requests and tells Locust about them; one for each user."""

    def __init__(self, base_url: str | None, environment: Any, user: Any, **settings: Any) -> None:
        super().__init__(base_url, environment, user, **settings)
        self.discard_bodies = False
        self.request_name: str | None = None

    @property
    def cookiejar(self) -> Cookies:
        """The jar, by FastHttpUser's name for it."""
        return self.cookies

    @property
    def connection_lifetime(self) -> float:
        """Seconds after which a kept connection is replaced and its name resolved anew."""
        return self.pool.lifetime

    @connection_lifetime.setter
    def connection_lifetime(self, seconds: float | None) -> None:
        self.pool.lifetime = inf if seconds is None else seconds

    @property
    def max_redirects(self) -> int:
        """More redirects than these are a failure."""
        return self._caller.max_redirects

    @max_redirects.setter
    def max_redirects(self, number: int) -> None:
        self._caller.max_redirects = number

    def get(self, url: str, **options: Any) -> SwarmResponse:
        """Sends a GET request; `options` are those of `request`."""
        if options or self.request_name or self.discard_bodies:
            return self.request("GET", url, **options)
        return self.send(self.plan_get(url))

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
        With catch_response the with-block decides the outcome. `options`: params, cookies, files, auth, timeout,
        allow_redirects, stream, verify, cert, proxies and discard_body, see `_request_with`.
        Raises InvalidURL, InvalidHeader and TypeError for what cannot be sent; failures are in the response.
        """
        method = method.upper()
        name = name or self.request_name or url
        if options or self.discard_bodies:
            return self._request_with(method, url, name, catch_response, context, data, json, headers, **options)
        body, content_type = NO_BODY if data is json is None else encode_body(data, json)
        return self.send(self.plan(method, url, name, headers), body, content_type, headers, catch_response, context)

    def _request_with(
        self,
        method: str,
        url: str,
        name: str,
        catch_response: bool,
        context: Mapping[str, Any] | None,
        data: Any,
        json: Any,
        headers: Mapping[str, Any] | None,
        params: Any = None,
        cookies: Mapping[str, str] | None = None,
        files: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: bool | None = None,
        stream: bool = False,
        verify: bool | str | None = None,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
        discard_body: bool | None = None,
    ) -> SwarmResponse:
        """Does what `request` does, with its options.

        `timeout`: seconds, (connect, read) or (connect, read, total). `discard_body`: count the body's bytes, but do
        not keep them. The rest is as in requests.
        """
        way = (verify, cert, proxies)
        plan = self.plan(method, url if params is None else with_params(url, params), name, headers, auth, way)
        body, content_type = NO_BODY if data is json is files is None else encode_body(data, json, files)
        call = Call(
            self.timeouts if timeout is None else self.timeouts.override(timeout),
            body,
            content_type,
            # Redirects on the same host take it along.
            {**(headers or {}), **auth_header(auth)} if auth else headers,
            cookies,
            follow=method != "HEAD" if allow_redirects is None else allow_redirects,
            stream=stream,
            keep_body=not (self.discard_bodies if discard_body is None else discard_body),
            way=way,
        )
        return self.carry_out(plan, call, catch_response, context)

    def close(self) -> None:
        """Closes the connections that are kept."""
        self.pool.close()
