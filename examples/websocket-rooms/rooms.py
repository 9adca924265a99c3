"""WebSocket: a message and its answer are one request; connecting is another."""

import json
from uuid import uuid4

from locust import User, constant_throughput, task
from locust.exception import StopUser
from websocket import WebSocket, create_connection  # websocket-client, which Locust brings along

from swarmfile import counted, traceparent


class Member(User):
    wait_time = constant_throughput(5)
    room: WebSocket | None = None

    def on_start(self) -> None:
        url = str(self.host).replace("http", "ws", 1) + "/room"
        with counted(self, "WS", "connect") as request:
            self.room = create_connection(url, timeout=10, header={"traceparent": traceparent()})
        if request.failure:
            raise StopUser

    def on_stop(self) -> None:
        if self.room:
            self.room.close()

    @task
    def talk(self) -> None:
        said = {"id": uuid4().hex, "text": "hello"}
        with counted(self, "WS", "message") as request:
            self.room.send(json.dumps(said))
            answer = self.room.recv()
            request.length = len(answer)
            if json.loads(answer) != said:
                request.failure = ValueError("another message came back")
