"""What Locust does and our package relies on; holds name these functions."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

import gevent
import pytest
from flask_login import LoginManager
from locust import argument_parser, constant_pacing, constant_throughput, runners
from locust import stats as locust_stats
from locust.clients import HttpSession
from locust.contrib import fasthttp
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook
from locust.rpc.protocol import Message
from locust.stats import StatsError
from locust.web import AuthArgs, WebUI

from tests.unit.patches.hold_things import local


def functions_with(pattern: str) -> list[str]:
    """Returns the functions of Locust whose own lines have the pattern, by module; classes without their methods."""
    folder = Path(str(locust_stats.__file__)).parent
    found = set()
    for path in folder.rglob("*.py"):
        if "test" in path.relative_to(folder).parts:
            continue
        text = path.read_text("utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(pattern, line):
                found.add(f"{path.stem}.{innermost(text, number)}")
    return sorted(found)


def innermost(text: str, line: int) -> str:
    """Returns the name of the innermost function or class around a line."""
    around = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno).name if around else ""


def the_first_request_listener_is_locusts() -> None:
    first = local().environment.events.request._handlers[0]
    assert first.__qualname__ == f"{runners.Runner.__qualname__}.__init__.<locals>.on_request"


def current_percentiles_of_an_endpoint_are_read_by_the_full_history_alone() -> None:
    pattern = r"(?<!total)\.get_current_response_time_percentile\("
    assert functions_with(pattern) == ["stats._percentile_fields"]
    assert functions_with(r"use_current=(?!False)") == ["stats._stats_history_data_rows"]


def counts_per_second_are_read_by_current_rates_alone() -> None:
    counting = ["__init__", "_log_time_of_request", "extend", "reset", "StatsEntryDict"]
    assert functions_with("num_reqs_per_sec") == sorted(f"stats.{name}" for name in [*counting, "current_rps"])
    counting = ["__init__", "log_error", "extend", "reset", "StatsEntryDict"]
    assert functions_with("num_fail_per_sec") == sorted(f"stats.{name}" for name in [*counting, "current_fail_per_sec"])


def failures_are_kept_by_log_error_alone() -> None:
    assert functions_with(r"\bStatsError\(") == ["stats.log_error"]
    assert functions_with(r"stats\.log_error\(") == ["runners.on_request"]


def reports_have_the_fields_that_we_read() -> None:
    entry, error = local().stats.total.serialize(), StatsError("GET", "/a", "broken", 1).serialize()
    counts = {"num_requests", "num_failures", "total_response_time", "total_content_length", "response_times"}
    assert {"method", "name", "min_response_time", "max_response_time", *counts} <= entry.keys()
    assert {"method", "name", "error", "occurrences"} <= error.keys()


def an_event_keeps_its_listeners_in_a_list() -> None:
    hook, seen = EventHook(), []
    hook.add_listener(lambda **_: seen.append("added"))
    assert isinstance(hook._handlers, list)
    hook._handlers.insert(0, lambda **_: seen.append("inserted"))
    hook.fire(reverse=True)
    hook.fire()
    assert seen == ["added", "inserted", "inserted", "added"]


def a_listener_may_end_the_process() -> None:
    def refuse(**_: object) -> NoReturn:
        sys.exit(3)

    hook = EventHook()
    hook.add_listener(refuse)
    with pytest.raises(SystemExit):
        hook.fire()


def locust_has_the_options_that_we_read_and_set() -> None:
    options = argument_parser.default_args_dict()
    ours = {"autostart", "autoquit", "headless", "run_time", "expect_workers", "enable_rebalancing", "reset_stats"}
    load = {"num_users", "spawn_rate", "expect_workers_max_wait", "tags", "exclude_tags"}
    assert {*ours, *load, "stats_history_enabled"} <= options.keys()
    assert options["autoquit"] == -1


def the_simple_parser_knows_locustfile_and_worker() -> None:
    options: Any = argument_parser.parse_locustfile_option(["-f", "plugin.py,load.py", "--worker"])
    assert (options.locustfile, options.worker) == ("plugin.py,load.py", True)


def the_default_arguments_are_asked_for_in_two_places() -> None:
    callers = functions_with(r"(?<!def )\bdefault_args_dict\(\)")
    assert callers == ["argument_parser.ui_extra_args_dict", "runners.handle_message"]


def exceptions_have_count_msg_and_traceback() -> None:
    runner = local()
    runner.log_exception("local", "broken", "Traceback")
    assert [{"count", "msg", "traceback"} <= row.keys() for row in runner.exceptions.values()] == [True]


def a_message_keeps_numbers_as_keys() -> None:
    sent = {"times": {0.5: 1, 147: 2}, "method": "GET"}
    assert Message.unserialize(Message("stats", sent, "host_1").serialize()).data == sent


def every_method_of_a_session_goes_through_request() -> None:
    methods = ("get", "options", "head", "post", "put", "patch", "delete")
    for session in (HttpSession, FastHttpSession):
        assert [m for m in methods if "self.request(" not in inspect.getsource(getattr(session, m))] == []


def a_users_end_is_no_failure_of_a_fast_request() -> None:
    assert not issubclass(gevent.GreenletExit, fasthttp.FAILURE_EXCEPTIONS)


def the_closure_of_constant_pacing_holds_the_interval() -> None:
    for wait in (constant_pacing(8), constant_throughput(0.125)):
        assert wait.__qualname__ == "constant_pacing.<locals>.wait_time_func"
        assert wait.__code__.co_freevars == ("wait_time",)
        assert wait.__closure__
        assert wait.__closure__[0].cell_contents == 8


def the_login_manager_can_be_set() -> None:
    web_ui = local().environment.create_web_ui(delayed_start=True)
    manager = LoginManager()
    web_ui.web_login, web_ui.login_manager = True, manager
    assert web_ui.login_manager is manager
    assert web_ui.app
    assert "locust" in web_ui.app.blueprints


def each_route_of_the_web_ui_asks_for_the_login() -> None:
    routes = inspect.getsource(WebUI.__init__).split("@app_blueprint.route(")[1:]
    heads = [re.findall(r"(?s)^(.*?)def (\w+)", route)[0] for route in routes]
    openly = [name for decorators, name in heads if "auth_required_if_enabled" not in decorators]
    assert openly == ["send_assets", "login"]


def auth_args_know_the_callback_of_a_form() -> None:
    assert "username_password_callback" in AuthArgs.__annotations__
