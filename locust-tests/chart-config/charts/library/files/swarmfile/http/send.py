"""Sends what is planned and tells Locust: the short way where nothing is special, else the whole one."""

from collections.abc import Mapping
from math import inf
from time import perf_counter, time
from typing import Any

from gevent import GreenletExit, Timeout
from requests.cookies import merge_cookies

from swarmfile.http.call import Call, Caller, note_times
from swarmfile.http.cookies import Cookies
from swarmfile.http.errors import as_requests
from swarmfile.http.plans import Planner
from swarmfile.http.pool import DEFAULT_TIMEOUTS, ConnectionPool, Exchange
from swarmfile.http.request import Plan
from swarmfile.http.response import SwarmResponse
from swarmfile.http.stats import Recorder
from swarmfile.run.interrupted import OF_PROCESS


class Sender(Planner):
    """Sends requests over a user's connections and with its cookies."""

    # Read for each request: side by side in memory, as are those of the other classes that a session is made of.
    __slots__ = ("_caller", "_recorder", "cookies", "pool", "timeouts", "user")

    def __init__(
        self, base_url: str | None, environment: Any, user: Any, *, lifetime: float | None = None, **settings: Any
    ) -> None:
        super().__init__(base_url, **settings)
        self.user = user
        self.cookies = Cookies()
        self.timeouts = DEFAULT_TIMEOUTS
        self.pool = ConnectionPool(inf if lifetime is None else lifetime)
        self._caller = Caller(self, self.cookies, self.pool)
        self._recorder = Recorder.of(environment)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "cookies" and not isinstance(value, Cookies):
            value = merge_cookies(Cookies(), value)
        super().__setattr__(name, value)
        if name == "cookies" and hasattr(self, "_caller"):
            self._caller.cookies = value

    # One long function: each call costs as much as a tenth of what it does.
    def send_plan(
        self,
        plan: Plan,
        body: bytes = b"",
        content_type: str | None = None,
        headers: Mapping[str, Any] | None = None,
        catch_response: bool = False,
        context: Mapping[str, Any] | None = None,
    ) -> SwarmResponse:
        """The short way, for requests that ask for nothing special: nothing is done twice or for nobody.

        `headers`: the request's own, which a redirect takes along; the plan has them.
        """
        wire = plan.wire
        if body or self.cookies.filled:
            cookies = self.cookies.header_for(plan.url.origin, plan.url.path) if self.cookies.filled else ""
            wire = plan.with_body(body, content_type, cookies)
        timeouts = self.timeouts
        start = perf_counter()
        try:
            total = timeouts.total
            exchange = self.pool.exchange(plan, wire, timeouts, start, inf if total == inf else start + total)
        except (OSError, GreenletExit, Timeout) as error:
            return self._unanswered(error, plan, start, catch_response, context)
        head, content, connection = exchange
        if not head.plain:
            call = Call(timeouts, body, content_type, headers, follow=plan.method != "HEAD")
            return self.carry_out(plan, call, catch_response, context, start, exchange)
        elapsed_s = perf_counter() - start
        response = SwarmResponse(plan, head, content, elapsed_s)
        if body:
            response._body = body
        if connection.fresh or connection.first_byte_at > start:
            note_times(response, connection, start)
        self.user.has_waited = True
        if catch_response:
            return self._tell(response, plan, start, catch_response, context)
        untold = self._recorder.count(plan.key, elapsed_s * 1000, response.length)
        if untold is not None:
            untold.fire(**self._meta(response, plan, start, context))
        return response

    def carry_out(
        self,
        plan: Plan,
        call: Call,
        catch_response: bool,
        context: Mapping[str, Any] | None,
        start: float | None = None,
        exchange: Exchange | None = None,
    ) -> SwarmResponse:
        """The whole way: redirects, cookies, content codings, streams. `exchange`: the response that came already."""
        start = perf_counter() if start is None else start
        try:
            response = self._caller.carry_out(plan, call, start, exchange)
        except (OSError, GreenletExit, Timeout) as error:
            return self._unanswered(error, plan, start, catch_response, context)
        self.user.has_waited = True
        return self._tell(response, plan, start, catch_response, context)

    def _unanswered(
        self,
        error: OSError | GreenletExit | Timeout,
        plan: Plan,
        start: float,
        catch_response: bool,
        context: Mapping[str, Any] | None,
    ) -> SwarmResponse:
        if not isinstance(error, OSError):
            OF_PROCESS.interrupted(error, self._recorder.event, plan.method, plan.key[0], start)
            raise error
        response = SwarmResponse(plan, None, None, perf_counter() - start)
        response.error = as_requests(error)
        return self._tell(response, plan, start, catch_response, context)

    def _tell(
        self,
        response: SwarmResponse,
        plan: Plan,
        start: float,
        catch_response: bool,
        context: Mapping[str, Any] | None,
    ) -> SwarmResponse:
        meta = self._meta(response, plan, start, context)
        if catch_response:
            response.request_meta = meta
            response._report = self._recorder.report
        else:
            self._recorder.report(meta)
        return response

    def _meta(
        self, response: SwarmResponse, plan: Plan, start: float, context: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Returns what Locust's request event carries."""
        own = self.user.context()
        name, method = plan.key
        return {
            "request_type": method,
            "name": name,
            "context": {**own, **context} if context else own,
            "response": response,
            "exception": response.failure_reason(name),
            "start_time": time() - (perf_counter() - start),
            "url": plan.full_url,
            "response_length": response.length,
            "response_time": response._elapsed_s * 1000,
        }
