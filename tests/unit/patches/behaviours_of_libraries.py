"""What gevent, pyzmq, requests, flask-login, prometheus-client and CPython do and our package relies on."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import io
import json
import logging
import os
import re
import signal
import socket
import time
import traceback
from collections.abc import Iterator
from typing import Any

import gevent
import greenlet  # type: ignore[import-untyped,unused-ignore]
import pytest
import zmq.green as zmq
from flask_login import LoginManager
from gevent.event import Event
from gevent.hub import Hub, Waiter
from prometheus_client import generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector, CollectorRegistry
from requests import Response

from tests.unit.patches.hold_things import master


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
        importlib.import_module("nobody")
    except ImportError as error:
        lines = "".join(traceback.format_tb(error.__traceback__)).splitlines()
    frames = [line.strip() for line in lines if line.strip().startswith("File ")]
    assert re.fullmatch(r'File "[^"]*behaviours_of_libraries\.py", line \d+, in \w+', frames[0])
