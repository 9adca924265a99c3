import time
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.cookies import RequestsCookieJar, create_cookie
from requests.utils import add_dict_to_cookiejar, dict_from_cookiejar

from swarmfile.http.cookies import Cookies, default_path, domain_matches, parse_set_cookie, path_matches
from swarmfile.http.url import split

SHOP = split("https://www.shop.example/cart/items?x=1")


def jar(*set_cookies: str, url: str = "https://www.shop.example/cart/items") -> Cookies:
    cookies = Cookies()
    for text in set_cookies:
        cookies.take(text, split(url).origin, split(url).path)
    return cookies


def sent(cookies: Cookies, url: str) -> str:
    return cookies.header_for(split(url).origin, split(url).path)


@pytest.mark.parametrize(
    ("set_cookie", "url", "goes"),
    [
        ("a=1", "https://www.shop.example/cart/other", True),
        ("a=1", "https://www.shop.example/cart", True),
        ("a=1", "https://www.shop.example/", False),
        ("a=1; Path=/", "https://www.shop.example/", True),
        ("a=1; Path=/cart", "https://www.shop.example/cartoon", False),
        ("a=1; Path=relative", "https://www.shop.example/cart", True),
        ("a=1; Path=/", "https://shop.example/", False),
        ("a=1; Path=/", "https://api.www.shop.example/", False),
        ("a=1; Path=/; Domain=shop.example", "https://api.shop.example/", True),
        ("a=1; Path=/; Domain=.Shop.Example", "https://shop.example/", True),
        ("a=1; Path=/; Domain=shop.example", "https://workshop.example/", False),
        ("a=1; Path=/; Domain=other.example", "https://www.shop.example/", False),
        ("a=1; Path=/; Domain=example", "https://www.shop.example/", False),
        ("a=1; Path=/; Domain=api.www.shop.example", "https://www.shop.example/", False),
        ("a=1; Path=/; Secure", "https://www.shop.example/", True),
        ("a=1; Path=/; Secure", "http://www.shop.example/", False),
        ("a=1; Path=/; Max-Age=100", "https://www.shop.example/", True),
        ("a=1; Path=/; Max-Age=0", "https://www.shop.example/", False),
        ("a=1; Path=/; Max-Age=-5", "https://www.shop.example/", False),
        ("a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT", "https://www.shop.example/", False),
        ("a=1; Path=/; Expires=Wed, 21-Oct-2099 07:28:00 GMT", "https://www.shop.example/", True),
        ("a=1; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=9", "https://www.shop.example/", True),
        ("a=1; Path=/; Expires=soon", "https://www.shop.example/", True),
        ("a=1; PATH=/; unknown; HttpOnly", "https://www.shop.example/", True),
    ],
)
def test_a_cookie_goes_where_it_belongs(set_cookie: str, url: str, goes: bool) -> None:
    assert (sent(jar(set_cookie), url) == "a=1") is goes


@pytest.mark.parametrize(
    ("set_cookie", "cookie"),
    [
        ("a=b=c; Path=/", "a=b=c"),
        (' a = "quoted" ; Path=/', 'a="quoted"'),
        ("a=; Path=/", "a="),
        ("nothing; Path=/", ""),
        ("=1; Path=/", ""),
        ("", ""),
    ],
)
def test_a_value_is_kept_as_it_was_sent(set_cookie: str, cookie: str) -> None:
    assert sent(jar(set_cookie), "https://www.shop.example/") == cookie


def test_longer_paths_go_first_then_older_cookies() -> None:
    cookies = jar("a=1; Path=/", "b=2; Path=/cart/items", "c=3; Path=/", "a=4; Path=/")
    assert sent(cookies, "https://www.shop.example/cart/items") == "b=2; a=4; c=3"


def test_a_cookie_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = jar("a=1; Path=/; Max-Age=10", "b=2; Path=/")
    assert sent(cookies, "https://www.shop.example/") == "a=1; b=2"
    later = time.time() + 11
    monkeypatch.setattr("time.time", lambda: later)
    assert sent(cookies, "https://www.shop.example/") == "b=2"


def test_a_server_deletes_its_cookie() -> None:
    cookies = jar("a=1; Path=/", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert len(cookies) == 0


def test_a_local_target_gets_secure_cookies_without_tls() -> None:
    cookies = jar("a=1; Path=/; Secure", url="http://127.0.0.1:8080/")
    assert sent(cookies, "http://127.0.0.1:8080/") == "a=1"


def test_scripts_use_the_jar_as_they_know_it() -> None:
    cookies = Cookies()
    cookies["a"] = "1"
    cookies.set("b", "2", domain=".shop.example", path="/cart")
    cookies.update({"c": "3"})
    assert (cookies["a"], cookies.get("b"), cookies.get("x", "none"), "c" in cookies) == ("1", "2", "none", True)
    assert cookies.get_dict() == {"a": "1", "b": "2", "c": "3"}
    assert sent(cookies, "https://www.shop.example/cart") == "b=2; a=1; c=3"
    assert sent(cookies, "https://elsewhere.example/cart") == "a=1; c=3"
    del cookies["a"]
    cookies.set("c", None)
    assert dict(cookies) == {"b": "2"}
    cookies.clear()
    assert not cookies
    assert sent(cookies, "https://www.shop.example/cart") == ""


@pytest.mark.parametrize(
    ("use", "is_"),
    [
        (lambda own: [cookie.name for cookie in own], ["a", "b"]),
        (dict_from_cookiejar, {"a": "1", "b": "2"}),
        (lambda own: own.get_dict(domain="www.shop.example"), {"a": "1"}),
        (lambda own: own.get("b", domain=".shop.example"), "2"),
        (lambda own: own.list_domains(), ["www.shop.example", ".shop.example"]),
        (lambda own: own.clear(domain="www.shop.example") or own.items(), [("b", "2")]),
        (lambda own: own.pop("a"), "1"),
        (lambda own: add_dict_to_cookiejar(own, {"c": "3"}) and own["c"], "3"),
        (lambda own: own.copy().keys(), ["a", "b"]),
        (lambda own: RequestsCookieJar().update(own), None),
    ],
)
def test_what_is_done_with_requests_jar_is_done_with_this(use: Callable[[Cookies], object], is_: object) -> None:
    own = jar("a=1; Path=/", "b=2; Path=/; Domain=shop.example")
    assert use(own) == is_


def test_cookies_of_another_jar_go_where_they_belong() -> None:
    theirs = RequestsCookieJar()
    theirs.set_cookie(create_cookie("a", "1", domain="localhost.local"))
    theirs.set_cookie(create_cookie("b", "2", domain=".shop.example"))
    cookies = Cookies()
    cookies.update(theirs)
    assert sent(cookies, "http://localhost:8080/") == "a=1"
    assert sent(cookies, "https://www.shop.example/") == "b=2"


def test_a_requests_own_cookies_join_the_jars_as_in_requests() -> None:
    cookies = jar("a=1; Path=/")
    origin = split("https://www.shop.example/").origin
    assert cookies.header_with({"a": "own", "b": "2"}, origin, "/") == "a=1; b=2"
    assert cookies.header_with(jar("a=new; Path=/"), origin, "/") == "a=new"
    assert sent(cookies, "https://www.shop.example/") == "a=1"


@pytest.mark.parametrize(
    ("path", "folder"), [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/c.html", "/a/b")]
)
def test_a_cookies_own_folder(path: str, folder: str) -> None:
    assert default_path(path) == folder


def test_addresses_have_no_parent_domain() -> None:
    assert domain_matches("127.0.0.1", "127.0.0.1")
    assert not domain_matches("10.0.0.1", "0.0.1")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters=";"), max_size=30))
def test_any_header_is_read_or_ignored(text: str) -> None:
    cookie = parse_set_cookie(text, SHOP.origin, SHOP.path)
    assert cookie is None or text.replace(" ", "").startswith(cookie.name.replace(" ", ""))


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.from_regex(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{0,20}", fullmatch=True))
def test_what_the_standard_library_writes_is_read(name: str, value: str) -> None:
    written = SimpleCookie({name: value})[name].OutputString()
    cookie = parse_set_cookie(written, SHOP.origin, SHOP.path)
    assert cookie is not None
    assert (cookie.name, str(cookie.value).strip('"')) == (name, value)


@pytest.mark.parametrize(("path", "of"), [("/a", "/"), ("/a/b", "/a"), ("/a/b", "/a/"), ("/a", "/a")])
def test_paths_below_match(path: str, of: str) -> None:
    assert path_matches(path, of)
