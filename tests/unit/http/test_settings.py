import pytest

from swarmfile.http.errors import InvalidURL
from swarmfile.http.settings import ClientSettings
from swarmfile.http.tls import Tls
from swarmfile.http.url import split

HERE, THERE = split("https://shop.example/"), split("https://pay.example/")


@pytest.fixture
def settings() -> ClientSettings:
    return ClientSettings("https://shop.example")


def test_tls_of_the_tested_host_is_for_it_alone(settings: ClientSettings) -> None:
    settings.verify = False
    settings.host_tls = Tls(ca_file="ca.crt", cert_file="tls.crt", key_file="tls.key")
    assert settings.route_to(HERE).tls == settings.host_tls
    assert settings.route_to(THERE).tls == Tls(verify=False)


def test_tls_of_one_request_goes_before_all(settings: ClientSettings) -> None:
    settings.host_tls = Tls(ca_file="ca.crt")
    assert settings.route_to(HERE, verify=False, cert=("a.crt", "a.key")).tls == Tls(
        verify=False, cert_file="a.crt", key_file="a.key"
    )


@pytest.mark.parametrize(
    ("proxies", "host"),
    [
        ({}, None),
        ({"http": "http://p.example"}, None),
        ({"https": "http://p.example:3128"}, "p.example"),
        ({"https": "p.example:3128"}, "p.example"),
        ({"all": "http://p.example"}, "p.example"),
        ({"https": "http://other.example", "https://shop.example": "http://p.example"}, "p.example"),
        ({"all://shop.example": "http://p.example"}, "p.example"),
        ({"all://pay.example": "http://p.example"}, None),
    ],
)
def test_proxies_are_chosen_as_requests_does(
    settings: ClientSettings, proxies: dict[str, str], host: str | None
) -> None:
    settings.proxies.update(proxies)
    proxy = settings.route_to(HERE).proxy
    assert (proxy.origin.host if proxy else None) == host


def test_a_proxy_that_speaks_tls_is_refused(settings: ClientSettings) -> None:
    settings.proxies["all"] = "https://p.example"
    with pytest.raises(InvalidURL, match="http:// URL"):
        settings.route_to(HERE)


def test_the_environment_counts_when_it_is_asked(settings: ClientSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://p.example")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "pay.example")
    assert settings.route_to(HERE).proxy is None
    settings.trust_env = True
    assert str(settings.route_to(HERE).proxy) == "http://p.example/"
    assert settings.route_to(THERE).proxy is None


def test_equal_ways_are_the_same_object(settings: ClientSettings) -> None:
    assert settings.route_to(HERE) is ClientSettings("https://shop.example").route_to(HERE)


@pytest.mark.parametrize("change", ["headers", "host_headers", "proxies", "auth", "verify", "cert", "host_tls"])
def test_any_change_plans_anew(settings: ClientSettings, change: str) -> None:
    before = settings.plans
    values: dict[str, object] = {"auth": ("a", "b"), "verify": False, "cert": "a.crt", "host_tls": Tls(False)}
    setattr(settings, change, values.get(change, {"all": "http://p.example"}))
    assert settings.plans is not before
