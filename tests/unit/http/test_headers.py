import pytest

from swarmfile.http.headers import Headers, RequestHeaders

RECEIVED = Headers((("Content-Type", "text/plain"), ("Via", "a"), ("via", "b")))


def test_fields_are_found_in_any_case() -> None:
    assert RECEIVED["content-TYPE"] == "text/plain"
    assert "CONTENT-type" in RECEIVED
    assert RECEIVED.get("nothing") is None


def test_a_repeated_field_reads_as_one() -> None:
    assert RECEIVED["Via"] == "a, b"
    assert RECEIVED.get_list("VIA") == ["a", "b"]
    assert dict(RECEIVED) == {"Content-Type": "text/plain", "Via": "a, b"}
    assert len(RECEIVED) == 2


def test_received_fields_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        RECEIVED["Via"] = "c"  # type: ignore[index]


def test_fields_to_send_keep_the_last_spelling_and_value() -> None:
    headers = RequestHeaders({"X-One": "1"})
    headers["x-one"] = "2"
    assert dict(headers) == {"x-one": "2"}
    del headers["X-ONE"]
    assert not headers


def test_every_change_is_told() -> None:
    told: list[int] = []
    headers = RequestHeaders({"a": "1"}, lambda: told.append(1))
    assert told == []
    headers["b"] = "2"
    headers.update(c="3")
    del headers["a"]
    headers.clear()
    assert len(told) == 5
