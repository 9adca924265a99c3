import io
import json
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.http.body import encode_body

# Made anew for each reader: a file is read once.
FILES: list[Callable[[], dict[str, Any]]] = [
    lambda: {"upload": ("report.csv", b"a,b\r\n1,2\r\n", "text/csv")},
    lambda: {"upload": ("report.csv", "text")},
    lambda: {"upload": b"bytes only"},
    lambda: {"upload": ("x.bin", io.BytesIO(b"\0\1"), "application/octet-stream", {"X-Extra": "1"})},
    lambda: {"one": ("1.txt", b"1"), "two": ("2.txt", b"2")},
]


def parts(body: bytes, content_type: str | None) -> list[tuple[dict[str, str], bytes]]:
    """What a server reads in a multipart body."""
    message = message_from_bytes(b"Content-Type: " + str(content_type).encode() + b"\r\n\r\n" + body)
    found = []
    for part in message.get_payload():
        assert not isinstance(part, str)
        found.append(({k.lower(): v for k, v in part.items()}, bytes(part.get_payload(decode=True))))
    return found


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("data", [None, {"field": "value", "many": ["1", "2"]}])
def test_files_are_sent_as_requests_sends_them(
    files: Callable[[], dict[str, Any]], data: dict[str, Any] | None
) -> None:
    prepared = requests.Request("POST", "http://x/", files=files(), data=data).prepare()
    theirs = parts(prepared.body, prepared.headers["Content-Type"])  # type: ignore[arg-type]
    assert parts(*encode_body(data=data, files=files())) == theirs


def test_an_open_file_is_sent_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"1,2")
    with (tmp_path / "data.csv").open("rb") as file:
        ((headers, content),) = parts(*encode_body(files={"upload": file}))
    assert headers["content-disposition"] == 'form-data; name="upload"; filename="data.csv"'
    assert content == b"1,2"


def test_names_cannot_break_out_of_their_quotes() -> None:
    body, _ = encode_body(files={'a"\r\nX: 1': ('b"\r\n.txt', b"")})
    assert b'name="a%22%0D%0AX: 1"; filename="b%22%0D%0A.txt"' in body


def test_data_comes_before_json() -> None:
    assert encode_body(data="text", json={"a": 1}) == (b"text", None)
    assert encode_body(data={}, json={"a": 1}) == (b'{"a": 1}', "application/json")


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode_body(json=float("nan"))


def test_what_no_body_can_be_made_of_is_refused() -> None:
    with pytest.raises(TypeError, match="give bytes, text, a form"):
        encode_body(data=5)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_arrives(value: object) -> None:
    body, content_type = encode_body(json=[value])
    assert (json.loads(body), content_type) == ([value], "application/json")
