"""The target as a whole, and how it is announced."""

import pytest

from demo.access import Access
from demo.message import Head, Request, Response
from demo.routing import Route
from demo.server import Address, Target


def broken(_: Request) -> Response:
    raise ZeroDivisionError


@pytest.mark.parametrize(("host", "text"), [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")])
def test_an_address_can_be_pasted(host: str, text: str) -> None:
    assert str(Address(host, 80)) == text


def test_a_defect_ends_in_500_and_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    target = Target([Route("GET", "/broken", broken)], Access())
    answer = target.answer(Request(Head("GET", "/broken", "HTTP/1.1", {})))
    assert isinstance(answer, Response)
    assert answer.status == 500
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert target.counts.snapshot()["by_status"] == {"500": 1}
