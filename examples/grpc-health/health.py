"""gRPC: each call is a request, with a deadline and a traceparent, and gevent waits for its answer."""

from collections.abc import Callable
from typing import Any

import grpc  # type: ignore[import-untyped]
from grpc.experimental.gevent import init_gevent  # type: ignore[import-untyped]
from locust import User, constant_throughput, task

from swarmfile import counted, traceparent

# Without this, a call would stop every user of the worker until its answer came.
init_gevent()
SERVING = b"\x08\x01"


class GrpcUser(User):
    """Calls what `self.channel` reaches; with generated code, `MyStub(self.channel).MyMethod`."""

    abstract = True

    def on_start(self) -> None:
        self.channel = grpc.insecure_channel(str(self.host).split("://")[-1])

    def on_stop(self) -> None:
        self.channel.close()

    def call(self, name: str, method: Callable[..., Any], message: Any, expected: Any) -> None:  # noqa: ANN401
        with counted(self, "gRPC", name) as request:
            request.response = method(message, timeout=5, metadata=(("traceparent", traceparent()),))
            if request.response != expected:
                request.failure = ValueError("another answer was expected")


class Prober(GrpcUser):
    wait_time = constant_throughput(5)

    @task
    def check(self) -> None:
        # The health service that gRPC servers have, without generated code: messages are bytes.
        method = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        self.call("Health/Check", method, b"", SERVING)
