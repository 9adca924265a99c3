"""Each hold on somebody else's insides is as it was recorded; a failure says which record, and what to read."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import gevent
import greenlet  # type: ignore[import-untyped,unused-ignore]
import pytest
import zmq.green as zmq
from flask_login import LoginManager
from gevent.event import Event
from gevent.hub import Hub, Waiter
from locust import HttpUser, TaskSet, User, argument_parser, constant_pacing, constant_throughput, runners
from locust import stats as locust_stats
from locust.clients import HttpSession
from locust.contrib import fasthttp
from locust.contrib.fasthttp import FastHttpSession, FastHttpUser
from locust.dispatch import UsersDispatcher
from locust.env import Environment
from locust.event import EventHook
from locust.rpc.protocol import Message
from locust.runners import LocalRunner, MasterRunner, WorkerNode
from locust.stats import StatsCSV, StatsError
from locust.web import AuthArgs, WebUI
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector, CollectorRegistry
from requests import Response

from swarmfile.patches.holds import HOLDS
from swarmfile.patches.holds.hold import (
    Attributes,
    Behaviour,
    Check,
    Hold,
    Kind,
    Parameters,
    Signature,
    Source,
    Text,
    Value,
)
from swarmfile.patches.versions import TESTED
from swarmfile.run.scripts import PACKAGE, package_files

CHECKS = {f"{hold.id}-{number}": (hold, check) for hold in HOLDS for number, check in enumerate(hold.checks)}


class WrongError(Exception):
    """What is not as it was recorded."""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is wrong, in a process of its own: in this one other tests may have replaced what is looked at."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("LOCUST_", "SWARMFILE_"))}
    command = [sys.executable, __file__]
    done = subprocess.run(
        command, cwd=tmp_path_factory.mktemp("contract"), env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("case", CHECKS)
def test_a_hold_is_as_it_was_recorded(case: str, complaints: dict[str, str]) -> None:
    if case in complaints:
        pytest.fail(complaints[case], pytrace=False)


def test_each_record_has_an_id_of_its_own() -> None:
    ids = [hold.id for hold in HOLDS]
    assert sorted(ids) == sorted(set(ids))


def test_the_records_can_be_read_without_locust() -> None:
    code = "import sys, swarmfile.patches.holds; sys.exit('locust' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_each_record_is_checked() -> None:
    assert [hold.id for hold in HOLDS if not hold.checks] == []


def test_each_record_names_code_of_ours_that_exists() -> None:
    missing = [f"{hold.id}: {user}" for hold in HOLDS for user in hold.users if not names_in(user)]
    assert missing == []


def test_each_private_name_of_somebody_else_that_we_use_is_recorded() -> None:
    recorded = {(module_of(user), name) for hold in HOLDS for user in hold.users for name in private_names(hold)}
    assert sorted(set(foreign_private_names()) - recorded) == []


def test_each_module_that_replaces_a_method_is_recorded() -> None:
    recorded = {module_of(user) for hold in HOLDS if hold.kind is Kind.REPLACED for user in hold.users}
    pattern = re.compile(r"^(?!.*(self\.request|SwarmHttpSession)).*\[.*method-assign", re.MULTILINE)
    replacing = {module_path(path) for path in OURS if pattern.search(path.read_text("utf-8"))}
    assert sorted(replacing - recorded) == []


# ---- What a failure says ---------------------------------------------------------------------------------------------


def all_complaints() -> Iterator[tuple[str, str]]:
    """Yields the cases that are wrong, each with what to read."""
    for case, (hold, check) in CHECKS.items():
        try:
            CHECKERS[type(check)](check)
        except (Exception, SystemExit) as error:
            yield case, complaint(hold, check, error)


def complaint(hold: Hold, check: Check, error: BaseException) -> str:
    """Returns which record it is, what is different, what breaks, and what to read."""
    what = getattr(check, "target", getattr(check, "name", ""))
    line = traceback.extract_tb(error.__traceback__)[-1].line
    said = str(error) if isinstance(error, WrongError) else f"{type(error).__name__}: {error or line}"
    return "\n".join(
        [
            f"hold {hold.id!r} ({hold.kind.value} of {hold.library}): {what}: {said}",
            f"  recorded with {hold.library} {TESTED[hold.library]}; installed is {installed(hold.library)}",
            f"  needed because: {hold.why}",
            f"  without it: {hold.breaks}",
            f"  read: {place(what)}",
            f"  then: {'; '.join(hold.users)}",
            f"  then change both, and the record {hold.id!r}",
        ]
    )


def installed(library: str) -> str:
    """Returns the version that is there."""
    return sys.version.split()[0] if library == "cpython" else importlib.metadata.version(library)


def place(target: str) -> str:
    """Returns file and line of a target, or the target where it has none."""
    try:
        found = function_of(target)
        return f"{inspect.getsourcefile(found)}:{inspect.getsourcelines(found)[1]}"
    except (WrongError, AttributeError, ImportError, OSError, TypeError, ValueError):
        return target


# ---- Checks ----------------------------------------------------------------------------------------------------------


def check_signature(check: Signature) -> None:
    """Compares parameters, without annotations."""
    found = bare_signature(function_of(check.target))
    if found != check.text:
        raise WrongError(f"takes {found}, not {check.text}")


def check_parameters(check: Parameters) -> None:
    """Looks for each parameter that is passed by name."""
    known = inspect.signature(function_of(check.target)).parameters
    if missing := [name for name in check.names if name not in known]:
        raise WrongError(f"takes no {', '.join(missing)}")


def check_source(check: Source) -> None:
    """Compares the source's digest."""
    found = digest(check.target)
    if found != check.sha256:
        raise WrongError(f"its source has changed (sha256 {found}), and ours does the same as the recorded one")


def check_text(check: Text) -> None:
    """Looks for the pieces in their order."""
    source, position = source_of(check.target), 0
    for piece in check.pieces:
        found = source.find(piece, position)
        if found < 0:
            raise WrongError(f"its source has no {piece!r}" + (" behind the pieces before it" if position else ""))
        position = found + len(piece)


def check_attributes(check: Attributes) -> None:
    """Looks for each attribute."""
    thing = resolve(check.target)
    if missing := [name for name in check.names if not hasattr(thing, name)]:
        raise WrongError(f"has no {', '.join(missing)}")


def check_value(check: Value) -> None:
    """Compares the value as it was before anything of ours replaced it."""
    found = repr(resolve(check.target))
    if found != check.text:
        raise WrongError(f"is {found}, not {check.text}")


def check_behaviour(check: Behaviour) -> None:
    """Tries it out."""
    globals()[check.name]()


CHECKERS: dict[type, Callable[..., None]] = {
    Signature: check_signature,
    Parameters: check_parameters,
    Source: check_source,
    Text: check_text,
    Attributes: check_attributes,
    Value: check_value,
    Behaviour: check_behaviour,
}


def resolve(target: str) -> Any:  # noqa: ANN401 - whatever there is
    """Returns what `module:qualified.name` or `made:name.attribute` means."""
    module, _, path = target.partition(":")
    name, *rest = path.split(".") if path else [""]
    thing: Any
    if module == "made":
        thing = MADE[name]()
    else:
        thing = importlib.import_module(module)
        rest = [name, *rest] if name else []
    for part in rest:
        thing = inspect.getattr_static(thing, part) if inspect.isclass(thing) else getattr(thing, part)
    return thing


def function_of(target: str) -> Any:  # noqa: ANN401
    """Returns a target's function; of a property the getter."""
    thing = resolve(target)
    thing = thing.fget if isinstance(thing, property) else thing
    return thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing


def source_of(target: str) -> str:
    """Returns a target's source; of a package's path the file's text."""
    if ":" in target:
        return inspect.getsource(function_of(target))
    package, _, path = target.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise WrongError("is not there")
    return (Path(spec.origin).parent / path).read_text("utf-8")


def digest(target: str) -> str:
    """Returns the sha256 of a target's source."""
    return hashlib.sha256(source_of(target).encode()).hexdigest()


def bare_signature(function: Callable[..., object]) -> str:
    """Returns the parameters without annotations, which Python versions write differently."""
    signature = inspect.signature(function)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


# ---- Real things to look at ------------------------------------------------------------------------------------------


class Somebody(User):
    """A user without a client."""

    host = "http://127.0.0.1"


class Visitor(HttpUser):
    """A user of requests."""

    host = "http://127.0.0.1"


class FastVisitor(FastHttpUser):
    """A user of geventhttpclient."""

    host = "http://127.0.0.1"


@cache
def local() -> LocalRunner:
    """A runner of its own."""
    return Environment(user_classes=[Somebody]).create_local_runner()


@cache
def master() -> MasterRunner:
    """A master, on a free port of loopback."""
    return Environment(user_classes=[Somebody]).create_master_runner("127.0.0.1", 0)


def user_of(kind: Any) -> Any:  # noqa: ANN401 - its classes are annotated in part
    """A user of that class."""
    return kind(local().environment)


MADE: dict[str, Callable[[], Any]] = {
    "local_runner": local,
    "master_runner": master,
    "rpc_server": lambda: master().server,
    "worker_node": lambda: WorkerNode("host_1"),
    "dispatcher": lambda: UsersDispatcher([WorkerNode("host_1")], [Somebody]),
    "stats_csv": lambda: StatsCSV(local().environment, [0.5]),
    "stats_entry": lambda: local().stats.total,
    "user": lambda: Somebody(local().environment),
    "task_set": lambda: TaskSet(Somebody(local().environment)),
    "http_session": lambda: user_of(Visitor).client,
    "fast_session": lambda: user_of(FastVisitor).client,
    "fast_agent": lambda: user_of(FastVisitor).client.client,
    "loop": lambda: gevent.get_hub().loop,
    "io_watcher": lambda: gevent.get_hub().loop.io(0, 1),
}


# ---- Behaviours of Locust --------------------------------------------------------------------------------------------


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


# ---- Behaviours of gevent and pyzmq ----------------------------------------------------------------------------------


def no_greenlet_but_the_hub_has_switch_out() -> None:
    assert [hasattr(kind, "switch_out") for kind in (gevent.Greenlet, greenlet.greenlet, Hub)] == [False, False, True]
    assert gevent.Greenlet.switch is greenlet.greenlet.switch


def a_watcher_that_is_started_again_calls_the_new_callback_alone() -> None:
    ours, theirs = socket.socketpair()
    watcher, seen, woken = gevent.get_hub().loop.io(ours.fileno(), 1), [], Event()

    def on_new() -> None:
        seen.append("new")
        watcher.stop()
        woken.set()

    watcher.start(lambda: seen.append("old"))
    watcher.start(on_new)
    theirs.send(b"x")
    assert woken.wait(10)
    watcher.close()
    ours.close()
    theirs.close()
    assert seen == ["new"]


def timers_count_from_the_clock_that_was_looked_at() -> None:
    loop = gevent.get_hub().loop
    loop.update_now()
    before, since = loop.now(), time.perf_counter()
    while time.perf_counter() - since < 0.05:
        pass
    stale = loop.now()
    loop.update_now()
    assert stale == before
    assert loop.now() - before >= 0.04


def a_waiter_is_woken_by_the_loop() -> None:
    waiter = Waiter()
    gevent.get_hub().loop.run_callback(waiter.switch, "arrival")
    assert waiter.get() == "arrival"


def a_greenlet_takes_attributes_and_knows_who_spawned_it() -> None:
    def inner() -> int:
        arrival: int = gevent.getcurrent().spawning_greenlet().arrival
        return arrival

    def outer() -> int:
        gevent.getcurrent().arrival = 7
        arrival: int = gevent.spawn(inner).get()
        return arrival

    assert gevent.spawn(outer).get() == 7


def handlers_of_a_signal_run_in_order() -> None:
    seen: list[str] = []
    both = Event()

    def on_second() -> None:
        seen.append("locust's")
        both.set()

    handlers = [
        gevent.signal_handler(signal.SIGUSR2, seen.append, "ours"),
        gevent.signal_handler(signal.SIGUSR2, on_second),
    ]
    os.kill(os.getpid(), signal.SIGUSR2)
    assert both.wait(10)
    for handler in handlers:
        handler.cancel()
    assert seen == ["ours", "locust's"]


def a_router_says_who_is_unreachable() -> None:
    router = master().server.socket
    message = [b"nobody", b""]
    router.send_multipart(message, zmq.NOBLOCK)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    try:
        with pytest.raises(zmq.ZMQError) as refused:
            router.send_multipart(message, zmq.NOBLOCK)
    finally:
        router.setsockopt(zmq.ROUTER_MANDATORY, 0)
    assert refused.value.errno == zmq.EHOSTUNREACH


# ---- Behaviours of requests, flask-login, prometheus-client, CPython -------------------------------------------------


def a_response_keeps_what_was_read() -> None:
    response: Any = Response()
    response.raw = io.BytesIO(b"body")
    before = response._content
    assert (before, response.content, response._content) == (False, b"body", b"body")


def requests_brings_certifi_and_charset_normalizer() -> None:
    needed = " ".join(line for line in importlib.metadata.requires("requests") or () if "extra" not in line)
    assert "certifi" in needed
    assert "charset_normalizer" in needed.replace("-", "_")


def a_login_manager_knows_its_user_loader() -> None:
    manager = LoginManager()
    assert manager._user_callback is None
    manager.user_loader(str)
    assert manager._user_callback is str


class Families(Collector):
    """One family of each kind that we serve."""

    def collect(self) -> Iterator[Any]:
        gauge, counter = GaugeMetricFamily("a", "A.", labels=["x"]), CounterMetricFamily("b", "B.", labels=["x"])
        histogram = HistogramMetricFamily("c", "C.", labels=["x"])
        gauge.add_metric(["1"], 0.0)
        counter.add_metric(["1"], 0.0)
        histogram.add_metric(["1"], [("0.5", 0.0), ("+Inf", 0.0)], 0.0)
        return iter([gauge, counter, histogram])


def each_sample_is_a_line_that_ends_with_its_number() -> None:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Families())
    for generate in (generate_latest, generate_openmetrics):
        lines = [line for line in generate(registry).decode().splitlines() if not line.startswith("#")]
        assert [line.rpartition(" ")[2] for line in lines] == ["0.0"] * 6


def the_c_encoder_writes_what_dumps_writes() -> None:
    default, text = json.JSONEncoder().default, json.encoder.encode_basestring_ascii
    encode = json.encoder.c_make_encoder(None, default, text, None, ": ", ", ", False, False, False)  # type: ignore[attr-defined]
    value = {"a": [1, 2.5, None, True, "ü\n"], 3: {}}
    assert "".join(encode(value, 0)) == json.dumps(value, allow_nan=False)
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(float("nan"), 0)


def the_manager_knows_every_logger() -> None:
    logging.getLogger("swarmfile.contract")
    assert "swarmfile.contract" in logging.Logger.manager.loggerDict


def a_traceback_names_file_line_and_function() -> None:
    try:
        resolve("nobody:nothing")
    except ImportError as error:
        lines = "".join(traceback.format_tb(error.__traceback__)).splitlines()
    frames = [line.strip() for line in lines if line.strip().startswith("File ")]
    assert re.fullmatch(r'File "[^"]*test_holds\.py", line \d+, in \w+', frames[0])


# ---- Our side --------------------------------------------------------------------------------------------------------

OURS = [path for path in package_files() if "holds" not in path.parts]
# Documented, for all their underscore.
_DOCUMENTED = {"_exit"}


def module_of(user: str) -> str:
    """Returns the module of "http/stats.py: record"."""
    return user.partition(":")[0]


def module_path(path: Path) -> str:
    """Returns a module as records name it."""
    return path.relative_to(PACKAGE).as_posix()


def names_in(user: str) -> bool:
    """Returns whether each name of "http/stats.py: record, Recorder.count" is defined there."""
    file, _, names = user.partition(": ")
    path = PACKAGE / file
    defined = set(definitions(ast.parse(path.read_text("utf-8")))) if path.is_file() else set()
    return set(names.split(", ")) <= defined


def definitions(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Yields the qualified names of functions, classes, constants and imports, nested ones included."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield prefix + node.name
            yield from definitions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ImportFrom):
            yield from (prefix + (alias.asname or alias.name) for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (
                prefix + name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            )
        elif isinstance(node, ast.If | ast.Try):
            yield from definitions(node, prefix)


def private_names(hold: Hold) -> set[str]:
    """Returns the names with an underscore that a record speaks of."""
    texts = [hold.target, *(text for check in hold.checks for text in texts_of(check))]
    return {name for text in texts for name in re.findall(r"\b_[a-z]\w*", text)}


def texts_of(check: Check) -> list[str]:
    """Returns the texts of a check."""
    return [getattr(check, "target", ""), *getattr(check, "names", ()), *getattr(check, "pieces", ())]


def foreign_private_names() -> Iterator[tuple[str, str]]:
    """Yields module and name of each attribute with an underscore that nothing of ours defines."""
    trees = {module_path(path): ast.parse(path.read_text("utf-8")) for path in OURS}
    own = {name for tree in trees.values() for name in names_of_ours(tree)}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr) and node.attr not in own | _DOCUMENTED:
                yield module, node.attr


def names_of_ours(tree: ast.AST) -> Iterator[str]:
    """Yields what a module defines: functions, attributes of self and cls, annotations of a class, slots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value) in ("self", "cls"):
                yield node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


if __name__ == "__main__":
    # The last line: Locust and its runners may write before it.
    sys.stdout.write("\n" + json.dumps(dict(all_complaints())) + "\n")
    sys.stdout.flush()
    os._exit(0)
