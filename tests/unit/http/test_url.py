import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.http.errors import InvalidURL
from swarmfile.http.url import encode_pairs, split, with_params

URLS = [
    "http://example.com",
    "http://example.com/",
    "http://example.com?a=1",
    "http://example.com:8080/a/b?c=d&e",
    "HTTP://EXAMPLE.com/Path",
    "http://example.com/a b/c",
    "http://example.com/ä/ö?ü=ß",
    "http://example.com/%C3%A4%20b?x=%2F",
    "http://example.com/100%",
    "http://example.com/a/../b/./c",
    "http://example.com/a/b/..",
    "http://example.com/../../x",
    'http://example.com/"quoted"<>?q="<>"',
    "http://example.com/a;b,c@d:e!f$g&h'i(j)k*l+m=n~o",
    "http://example.com/{id}?filter[a]=1|2",
    "http://example.com/a#fragment",
    "http://[::1]:8080/",
    "https://bücher.example/",
    "http://example.com/?",
    "http://example.com//double//slash",
]


@pytest.mark.parametrize("url", URLS)
def test_a_url_is_sent_as_requests_sends_it(url: str) -> None:
    prepared = requests.Request("GET", url).prepare()
    assert split(url).target == str(prepared.path_url).removesuffix("?") or split(url).target == prepared.path_url


@pytest.mark.parametrize(
    "params", [{"a": "1"}, {"a": [1, "x y"]}, {"ä": "ö&=", "none": None}, [("a", 1), ("a", 2)], "raw=1"]
)
@pytest.mark.parametrize("url", ["http://example.com/", "http://example.com/?x=1", "http://example.com/a#f"])
def test_params_are_encoded_as_requests_does(url: str, params: object) -> None:
    prepared = requests.Request("GET", url, params=params).prepare()  # type: ignore[arg-type]
    assert split(with_params(url, params)).target == prepared.path_url


def test_equal_servers_are_the_same_object() -> None:
    assert split("http://example.com/a").origin is split("http://EXAMPLE.com:80/b").origin
    assert split("http://example.com/").origin is not split("https://example.com/").origin


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://example.com/", "example.com"),
        ("http://example.com:80/", "example.com"),
        ("https://example.com:80/", "example.com:80"),
        ("http://[::1]/", "[::1]"),
        ("http://[::1]:81/", "[::1]:81"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_the_host_field_names_the_port_where_it_is_unusual(url: str, header: str) -> None:
    assert split(url).origin.host_header == header


def test_a_login_in_a_url_is_decoded() -> None:
    assert split("http://us%40er:p%3Ass@example.com/").userinfo == ("us@er", "p:ss")
    assert split("http://example.com/").userinfo is None


@pytest.mark.parametrize(
    "url", ["", "/path", "example.com", "ftp://example.com", "http://", "http://a:b/", "http://[::1"]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidURL):
        split(url)


@given(st.text(max_size=30))
def test_a_target_never_breaks_the_request_line(path: str) -> None:
    try:
        target = split(f"http://example.com/{path}").target
    except InvalidURL:
        return
    assert target.isascii()
    assert not set(target) & set(" \r\n\t\0")


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=4))
def test_forms_are_encoded_as_requests_does(pairs: list[tuple[str, str]]) -> None:
    assert encode_pairs(pairs) == (requests.Request("POST", "http://x/", data=pairs).prepare().body or "")
