import pytest

from swarmfile.credentials.proxy import proxy_options, proxy_secrets


@pytest.fixture(autouse=True)
def proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://ann:p%40ss@secure-proxy.example")
    monkeypatch.setenv("no_proxy", "internal.example,10.0.0.0/8")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("http://example.com/", {"proxy_host": "proxy.example", "proxy_port": 3128}),
        (
            "https://example.com/",
            {
                "proxy_host": "secure-proxy.example",
                "proxy_port": 80,
                "proxy_user": "ann",
                "proxy_password": "p@ss",
            },
        ),
        ("http://internal.example/", {}),
        ("http://a.internal.example/", {}),
        ("http://10.1.2.3/", {}),
    ],
)
def test_the_environment_names_the_proxy_of_a_url(url: str, options: dict[str, object]) -> None:
    assert proxy_options(url) == options


def test_passwords_of_proxies_are_secrets() -> None:
    assert set(proxy_secrets()) == {"p%40ss", "p@ss"}
