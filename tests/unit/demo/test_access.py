"""Credentials come from the environment or a file, and open everything but health and counts."""

import base64
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from werkzeug.datastructures import Headers
from werkzeug.exceptions import Unauthorized
from werkzeug.test import EnvironBuilder

from demo.access import Access, access_from
from demo.answers import Request as Received
from demo.process import running_target


def opens(access: Access, authorization: str | None) -> bool:
    headers = Headers({} if authorization is None else {"Authorization": authorization})
    try:
        access.check(Received(EnvironBuilder(headers=headers).get_environ()))
    except Unauthorized:
        return False
    return True


def basic(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_without_credentials_everything_is_open() -> None:
    assert opens(access_from({}, None), None)


@pytest.mark.parametrize(
    ("authorization", "passes"),
    [
        (basic("alice:pa:ss"), True),
        ("Bearer t0ken", True),
        (basic("alice:wrong"), False),
        ("Bearer t0ken ", False),
        (None, False),
    ],
)
def test_only_the_right_credentials_open(authorization: str | None, passes: bool) -> None:
    access = access_from({"DEMO_BASIC_AUTH": "alice:pa:ss", "DEMO_BEARER_TOKEN": "t0ken"}, None)
    assert opens(access, authorization) is passes


def test_a_file_may_hold_the_pair(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text("bob:secret\n")
    assert opens(access_from({}, file), basic("bob:secret"))


def test_a_protected_target_still_tells_health_and_counts() -> None:
    with running_target(environment={"DEMO_BASIC_AUTH": "alice:secret"}) as target:
        with pytest.raises(HTTPError) as refused:
            urlopen(target.url + "/", timeout=30)
        request = Request(target.url + "/", headers={"Authorization": basic("alice:secret")})
        assert refused.value.code == 401
        assert urlopen(request, timeout=30).status == 200
        assert urlopen(target.url + "/health", timeout=30).status == 200
        assert target.counts()["by_route_status"] == {"GET /": {"200": 1, "401": 1}}
