from collections.abc import Mapping

import pytest

from swarmfile.http.connect import route
from swarmfile.http.errors import InvalidHeader
from swarmfile.http.request import BASIC_HEADERS, Frame, Plan, make_frame
from swarmfile.http.tls import Tls
from swarmfile.http.url import split

URL = split("http://example.com/path?q=1")
DIRECT = route(URL.origin, Tls())


def lines(plan: Plan) -> list[str]:
    return plan.wire.decode("latin-1").split("\r\n")


def frame(*layers: Mapping[str, str | None], method: str = "GET", hidden: dict[str, str] | None = None) -> Frame:
    return make_frame(method, DIRECT, hidden or {}, *layers)


def test_a_request_goes_out_as_http_writes_it() -> None:
    assert Plan(frame(BASIC_HEADERS), URL, "name").wire == (
        b"GET /path?q=1 HTTP/1.1\r\nHost: example.com\r\nUser-Agent: swarmfile\r\nAccept: */*\r\n"
        b"Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n"
    )


def test_later_layers_go_before_earlier_ones_in_any_case() -> None:
    plan = Plan(frame({"User-Agent": "a", "X-One": "1"}, {"user-agent": "b", "x-one": None}), URL, "")
    assert "user-agent: b" in lines(plan)
    assert not any(line.lower().startswith(("user-agent: a", "x-one")) for line in lines(plan))


def test_hidden_fields_are_sent_and_not_shown() -> None:
    secret = frame({}, hidden={"Authorization": "secret"})
    assert "Authorization: secret" in lines(Plan(secret, URL, ""))
    assert "secret" not in repr(secret.fields)


def test_what_a_script_sets_goes_before_what_is_hidden() -> None:
    assert "secret" not in repr(
        lines(Plan(frame({"authorization": "own"}, hidden={"Authorization": "secret"}), URL, ""))
    )


@pytest.mark.parametrize("name", ["Content-Length", "transfer-encoding"])
def test_the_framing_is_the_clients_own(name: str) -> None:
    assert not any(line.lower().startswith(name.lower()) for line in lines(Plan(frame({name: "5"}), URL, "")))


def test_text_beyond_latin_1_is_sent_as_utf_8() -> None:
    assert "X-Name: 世界".encode() in Plan(frame({"X-Name": "世界"}), URL, "").wire
    assert "X-Name: ä".encode("latin-1") in Plan(frame({"X-Name": "ä"}), URL, "").wire


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "a\r\nb"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidHeader):
        frame({name: "1"})


@pytest.mark.parametrize("method", ["", "GET /", "a\r\nb"])
def test_a_method_that_is_none_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="no HTTP method"):
        frame(method=method)


def test_http_through_a_proxy_names_the_whole_url() -> None:
    way = route(URL.origin, Tls(), split("http://me:mine@proxy.example:3128"))
    plan = Plan(make_frame("GET", way, {}), URL, "")
    assert lines(plan)[0] == "GET http://example.com/path?q=1 HTTP/1.1"
    assert "Proxy-Authorization: Basic bWU6bWluZQ==" in lines(plan)
    assert "bWU6bWluZQ==" not in repr(plan.frame.fields)
