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
from time import perf_counter, time
from typing import Any

from gevent import GreenletExit
from lib.http_body import encode_body
from lib.http_call import NO_WAY, Call, Caller, note_times
from lib.http_cookies import Cookies
from lib.http_pool import Exchange, Pool, Timeouts
from lib.http_request import Plan, auth_header
from lib.http_response import SwarmResponse
from lib.http_settings import MAX_PLANS, ClientSettings
from lib.http_stats import Recorder, record
from lib.http_url import Url, with_params
from lib.run_unanswered import hung


class SwarmHttpSession(ClientSettings):
    """Sends requests and tells Locust about them; one for each user."""

    def __init__(
        self,
        base_url: str | None,
        environment: Any,
        user: Any,
        *,
        lifetime: float | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(base_url, **settings)
        self.user = user
        self.cookies = Cookies()
        self.timeouts = Timeouts()
        self.discard_bodies = False
        self.request_name: str | None = None
        self.pool = Pool(inf if lifetime is None else lifetime)
        self._caller = Caller(self, self.cookies, self.pool)
        self._recorder = Recorder(environment)

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
        plans = self._plans
        plan = plans.get(url) if plans is not None else None
        return self._get(plan or self._plan_get(url))

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
        params: Any = None,
        headers: Mapping[str, Any] | None = None,
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
        """Sends a request, follows redirects, and tells Locust.

        `url`: a path of the tested host or a whole URL. `name`: the entry in Locust's statistics. `timeout`: seconds,
        (connect, read) or (connect, read, total). `discard_body`: count the body's bytes, but do not keep them.
        With catch_response the with-block decides the outcome. The rest is as in requests.
        Raises InvalidURL, InvalidHeader and TypeError for what cannot be sent; failures are in the response.
        """
        method = method.upper()
        full_name = name or self.request_name or url
        way = (verify, cert, proxies)
        plan = self._plan(method, url if params is None else with_params(url, params), full_name, headers, auth, way)
        body, content_type = (b"", None) if data is json is files is None else encode_body(data, json, files)
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
        return self._carry_out(plan, call, catch_response, context)

    def close(self) -> None:
        """Closes the connections that are kept."""
        self.pool.close()

    def _get(self, plan: Plan) -> SwarmResponse:
        """The shortest way, for a GET without options: nothing is done twice or for nobody."""
        wire = plan.wire
        if self.cookies.by_key:
            wire = plan.with_body(b"", None, self.cookies.header_for(plan.url.origin, plan.url.path))
        start = perf_counter()
        try:
            exchange = self.pool.exchange(plan, wire, self.timeouts)
        except OSError as error:
            return self._conclude(self._failed(plan, error, start), plan, start)
        except GreenletExit:
            hung(self._recorder.event, plan.method, plan.key[0], start)
            raise
        head, body, connection = exchange
        if not head.plain:
            return self._carry_out(plan, Call(self.timeouts), False, None, start, exchange)
        elapsed = perf_counter() - start
        response = SwarmResponse(plan, head, body, elapsed)
        if connection.fresh or connection.first_byte_at > start:
            note_times(response, connection, start)
        self.user.has_waited = True
        recorder = self._recorder
        stats = recorder.direct_stats()
        if stats is None:
            recorder.event.fire(**self._meta(response, plan, start, None))
            return response
        record(stats, stats.entries[plan.key], elapsed * 1000, len(body))
        if recorder.has_others:
            recorder.tell_others(self._meta(response, plan, start, None))
        return response

    def _carry_out(
        self,
        plan: Plan,
        call: Call,
        catch_response: bool,
        context: Mapping[str, Any] | None,
        start: float | None = None,
        exchange: Exchange | None = None,
    ) -> SwarmResponse:
        start = perf_counter() if start is None else start
        try:
            response = self._caller.carry_out(plan, call, start, exchange)
            self.user.has_waited = True
        except OSError as error:
            response = self._failed(plan, error, start)
        except GreenletExit:
            hung(self._recorder.event, plan.method, plan.key[0], start)
            raise
        if not catch_response:
            return self._conclude(response, plan, start, context)
        response.request_meta = self._meta(response, plan, start, context)
        response._report = self._recorder.report
        return response

    def _failed(self, plan: Plan, error: OSError, start: float) -> SwarmResponse:
        response = SwarmResponse(plan, None, None, perf_counter() - start)
        response.error = error
        return response

    def _conclude(
        self, response: SwarmResponse, plan: Plan, start: float, context: Mapping[str, Any] | None = None
    ) -> SwarmResponse:
        stats = self._recorder.direct_stats()
        if stats is not None and response.ok and not self._recorder.has_others:
            record(stats, stats.entries[plan.key], response._elapsed_s * 1000, response.length)
        else:
            self._recorder.report(self._meta(response, plan, start, context))
        return response

    def _meta(
        self, response: SwarmResponse, plan: Plan, start: float, context: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Returns what Locust's request event carries."""
        own = self.user.context()
        return {
            "request_type": plan.method,
            "name": plan.key[0],
            "context": {**own, **context} if context else own,
            "response": response,
            "exception": response.failure_reason(plan.key[0]),
            "start_time": time() - (perf_counter() - start),
            "url": plan.full_url,
            "response_length": response.length,
            "response_time": response._elapsed_s * 1000,
        }

    def _plan(
        self,
        method: str,
        url: str,
        name: str,
        headers: Mapping[str, Any] | None,
        auth: Any,
        way: tuple[Any, ...],
    ) -> Plan:
        """Returns the plan for a request, made once where its parts can be looked up."""
        own = (tuple(headers.items()) if headers else None, auth, way)
        try:
            plan = self.plans.get((method, url, name, own))
        except TypeError:  # a header's value, an auth object or proxies that have no hash
            return self._plan_once(method, self.locate(url), name, headers, auth, way)
        return plan or self._remember((method, url, name, own), self._new_plan(method, url, name, headers, own))

    def _plan_get(self, url: str) -> Plan:
        """Plans a GET without options, which is found by its URL alone."""
        return self._remember(url, self._new_plan("GET", url, url, None, (None, None, NO_WAY)))

    def _remember(self, key: Any, plan: Plan) -> Plan:
        plans = self.plans
        if len(plans) >= MAX_PLANS:
            plans.clear()
        plans[key] = plan
        return plan

    def _new_plan(
        self, method: str, url: str, name: str, headers: Mapping[str, Any] | None, own: tuple[Any, ...]
    ) -> Plan:
        """Plans with the frame of earlier requests: URLs differ more often than all the rest."""
        target = self.locate(url)
        key = (method, target.origin, target.userinfo, own)
        frames = self.plans.frames
        frame = frames.get(key)
        if frame is None:
            if len(frames) >= MAX_PLANS:
                frames.clear()
            frame = frames[key] = self._plan_once(method, target, name, headers, own[1], own[2]).frame
        return Plan(frame, target, name)

    def _plan_once(
        self,
        method: str,
        target: Url,
        name: str,
        headers: Mapping[str, Any] | None,
        auth: Any,
        way: tuple[Any, ...],
    ) -> Plan:
        frame = self.frame(method, self.route_to(target, *way), headers, auth, target.userinfo)
        return Plan(frame, target, name)
