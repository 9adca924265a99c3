import pytest

from swarmfile.credentials.origin import has_credentials, origin_of


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://example.com", "https://example.com:443/a?b"),
        ("http://example.com/base", "http://example.com:80"),
        ("https://EXAMPLE.com", "https://example.com"),
        ("http://[::1]:8080", "http://[::1]:8080/x"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
    ],
)
def test_one_host_is_recognised_in_all_its_spellings(url: str, same: str) -> None:
    assert origin_of(url) == origin_of(same) is not None


@pytest.mark.parametrize(
    "other",
    [
        "http://example.com",
        "https://example.com:8443",
        "https://example.com.evil.example",
        "https://www.example.com",
        "https://example.com@evil.example",
        "https://evil.example/https://example.com",
    ],
)
def test_another_scheme_host_or_port_is_another_origin(other: str) -> None:
    assert origin_of(other) != origin_of("https://example.com")


@pytest.mark.parametrize("url", ["", "/path", "example.com", "ftp://example.com", "http://host:port", "http://"])
def test_what_is_no_web_address_has_no_origin(url: str) -> None:
    assert origin_of(url) is None


@pytest.mark.parametrize(
    ("url", "given"),
    [("https://ann:pw@example.com", True), ("https://ann@example.com", True), ("https://example.com/@a:b", False)],
)
def test_a_url_with_credentials_is_noticed(url: str, given: bool) -> None:
    assert has_credentials(url) is given
