"""Plans what a client sends, and finds the plans of earlier requests again."""

from collections.abc import Mapping
from typing import Any

from swarmfile.http.request import Frame, Plan
from swarmfile.http.settings import MAX_PLANS, ClientSettings
from swarmfile.http.url import Url

# verify, cert and proxies of one call.
NO_WAY: tuple[Any, ...] = (None, None, None)
# Headers, auth and way of a call that has none of them.
NOTHING_OWN: tuple[Any, ...] = ((), None, NO_WAY)


class Planner(ClientSettings):
    """Makes each plan once where its parts can be looked up; users with the same settings share them."""

    __slots__ = ()

    def plan_get(self, url: str) -> Plan:
        """Returns the plan for a GET without anything else, which is found by its URL alone."""
        plans = self._plans
        plan = plans.get(url) if plans is not None else None
        return plan or self._remember(url, self._new_plan("GET", url, None, None, NOTHING_OWN))

    def plan(
        self,
        method: str,
        url: str,
        name: str | None,
        headers: Mapping[str, Any] | None = None,
        auth: Any = None,
        way: tuple[Any, ...] = NO_WAY,
    ) -> Plan:
        """Returns the plan for a request named `name` in Locust's statistics; `way` is verify, cert and proxies.

        Without a name it is HttpUser's, path and query as they are sent, or as `naming` says, FastHttpUser's: `url`.
        Raises InvalidURL, InvalidHeader and TypeError for what cannot be sent.
        """
        own = NOTHING_OWN if headers is auth is None and way is NO_WAY else (tuple((headers or {}).items()), auth, way)
        key = (method, url, name) if own is NOTHING_OWN else (method, url, name, own)
        try:
            plan = self.plans.get(key)
        except TypeError:  # a header's value, an auth object or proxies that have no hash
            target = self.locate(url)
            return Plan(self._frame(method, target, headers, auth, way), target, name or self._name_of(url, target))
        return plan or self._remember(key, self._new_plan(method, url, name, headers, own))

    def _remember(self, key: Any, plan: Plan) -> Plan:
        plans = self.plans
        if len(plans) >= MAX_PLANS:
            plans.clear()
        plans[key] = plan
        return plan

    def _new_plan(
        self, method: str, url: str, name: str | None, headers: Mapping[str, Any] | None, own: tuple[Any, ...]
    ) -> Plan:
        """Plans with the frame of earlier requests: URLs differ more often than all the rest."""
        target = self.locate(url)
        key = (method, target.origin, target.userinfo, own)
        frames = self.plans.frames
        frame = frames.get(key)
        if frame is None:
            if len(frames) >= MAX_PLANS:
                frames.clear()
            frame = frames[key] = self._frame(method, target, headers, own[1], own[2])
        return Plan(frame, target, name or self._name_of(url, target))

    def _frame(
        self, method: str, target: Url, headers: Mapping[str, Any] | None, auth: Any, way: tuple[Any, ...]
    ) -> Frame:
        return self.frame(method, self.route_to(target, *way), headers, auth, target.userinfo)

    def _name_of(self, url: str, target: Url) -> str:
        return url if self.naming == "fasthttp" else target.target
