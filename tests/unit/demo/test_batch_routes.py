"""The batch API from a client's side, with a clock that the test turns."""

import json
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import Client as WsgiClient
from werkzeug.test import TestResponse

from demo.access import Access
from demo.batch_life import Plan
from demo.batch_routes import BatchApi
from demo.target import Target

CHAT = "/v1/chat/completions"
INPUT = b"".join(
    json.dumps({"custom_id": f"line-{number}", "method": "POST", "url": CHAT, "body": {"model": "m"}}).encode() + b"\n"
    for number in range(4)
)


class Client:
    """Speaks to the API without a socket."""

    def __init__(self, plan: Plan) -> None:
        self.now = 1000.0
        self._client = WsgiClient(Target(BatchApi(plan, lambda: self.now).routes(), Access()))

    def ask(self, method: str, path: str, body: object = b"") -> TestResponse:
        return self._client.open(path, method=method, data=body)

    def json(self, method: str, path: str, wish: object = None) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.ask(method, path, json.dumps(wish).encode()).data)
        return answer

    def upload(self, content: bytes = INPUT, purpose: str = "batch") -> dict[str, Any]:
        form = {"purpose": purpose, "file": (BytesIO(content), "in.jsonl")}
        answer: dict[str, Any] = json.loads(self.ask("POST", "/v1/files", form).data)
        return answer

    def create(self, **changes: object) -> dict[str, Any]:
        wish = {"input_file_id": self.upload()["id"], "endpoint": CHAT, "completion_window": "24h"} | changes
        return self.json("POST", "/v1/batches", wish)


@pytest.fixture
def client() -> Client:
    return Client(Plan(duration_s=10, line_failure_rate=0.25))


def test_an_upload_can_be_looked_at_read_and_deleted(client: Client) -> None:
    file = client.upload()
    assert (file["object"], file["bytes"], file["filename"], file["purpose"]) == (
        "file",
        len(INPUT),
        "in.jsonl",
        "batch",
    )
    assert client.json("GET", f"/v1/files/{file['id']}") == file
    assert client.ask("GET", f"/v1/files/{file['id']}/content").data == INPUT
    assert client.json("DELETE", f"/v1/files/{file['id']}")["deleted"] is True
    assert client.ask("GET", f"/v1/files/{file['id']}").status_code == 404


def test_a_batch_goes_from_upload_to_output(client: Client) -> None:
    batch = client.create(metadata={"run": "7"})
    statuses = []
    for client.now in (1000, 1005, 1009.5, 1010):
        statuses.append(client.json("GET", f"/v1/batches/{batch['id']}")["status"])
    done = client.json("GET", f"/v1/batches/{batch['id']}")
    output = client.ask("GET", f"/v1/files/{done['output_file_id']}/content").data.splitlines()
    errors = client.ask("GET", f"/v1/files/{done['error_file_id']}/content").data.splitlines()
    assert statuses == ["validating", "in_progress", "finalizing", "completed"]
    assert (len(output), len(errors), done["metadata"]) == (3, 1, {"run": "7"})


def test_files_exist_only_at_the_end_and_keep_their_ids(client: Client) -> None:
    path = f"/v1/batches/{client.create()['id']}"
    assert client.json("GET", path)["output_file_id"] is None
    client.now += 10
    assert client.json("GET", path)["output_file_id"] == client.json("GET", path)["output_file_id"]


def test_a_share_of_batches_fails_on_demand() -> None:
    client = Client(Plan(duration_s=0, failure_rate=0.5))
    assert [client.create()["status"] for _ in range(4)] == ["completed", "failed"] * 2


def test_a_batch_of_bad_lines_is_created_and_then_fails(client: Client) -> None:
    batch = client.create(input_file_id=client.upload(b"{\n")["id"])
    client.now += 10
    failed = client.json("GET", f"/v1/batches/{batch['id']}")
    assert (batch["status"], failed["status"]) == ("validating", "failed")
    assert failed["errors"]["data"][0]["code"] == "invalid_json_line"


def test_a_batch_can_be_cancelled_once_it_is_running(client: Client) -> None:
    path = f"/v1/batches/{client.create()['id']}"
    client.now += 5
    assert client.json("POST", f"{path}/cancel")["status"] == "cancelling"
    client.now += 1
    assert client.json("GET", path)["status"] == "cancelled"
    assert client.ask("POST", f"{path}/cancel").status_code == 409


def test_batches_are_listed_in_pages_the_newest_first(client: Client) -> None:
    names = [client.create()["id"] for _ in range(5)]
    first = client.json("GET", "/v1/batches?limit=3")
    second = client.json("GET", f"/v1/batches?limit=3&after={first['last_id']}")
    assert [each["id"] for each in first["data"] + second["data"]] == names[::-1]
    assert (first["has_more"], second["has_more"]) == (True, False)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"input_file_id": "file-none"}, "input_file_id"),
        ({"endpoint": "/v1/images"}, "endpoint"),
        ({"completion_window": "1h"}, "completion_window"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"metadata": {str(number): "x" for number in range(17)}}, "metadata"),
    ],
)
def test_a_wrong_wish_is_refused_in_the_apis_words(client: Client, change: dict[str, object], param: str) -> None:
    error = client.create(**change)["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


def test_an_upload_for_another_purpose_is_refused(client: Client) -> None:
    assert client.upload(purpose="assistants")["error"]["param"] == "purpose"


@pytest.mark.parametrize("body", [b"", b"a=1", {"purpose": "batch"}])
def test_an_upload_without_a_file_is_refused(client: Client, body: object) -> None:
    answer = client.ask("POST", "/v1/files", body)
    assert (answer.status_code, json.loads(answer.data)["error"]["param"]) == (400, "file")


@pytest.mark.parametrize("path", ["/v1/files/file-none", "/v1/files/file-none/content", "/v1/batches/batch_none"])
def test_what_does_not_exist_is_404(client: Client, path: str) -> None:
    assert client.ask("GET", path).status_code == 404
