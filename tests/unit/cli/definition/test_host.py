"""Which addresses can be tested."""

import pytest

from swarmfile.cli.definition.host import checked_host
from swarmfile.cli.errors import BadInputError


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("https://example.com", "https://example.com"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://target.testing.svc.cluster.local:80/api", "http://target.testing.svc.cluster.local:80/api"),
    ],
)
def test_an_address_is_taken_without_a_slash_at_the_end(given: str, host: str) -> None:
    assert checked_host(given, "HOST") == host


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "ftp://example.com",
        "https://",
        "https:// example.com",
        "https://exa mple.com",
        "https://example.com:port",
        "https://example.com:99999",
        "https://user:password@example.com",
        "https://example.com?a=b",
        "https://-example.com",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(host: str) -> None:
    with pytest.raises(BadInputError, match=r"^HOST: .* is not an address; write http.*https://example\.com$"):
        checked_host(host, "HOST")


def test_a_missing_address_is_answered_with_how_to_give_it() -> None:
    with pytest.raises(BadInputError, match=r"^HOST is not set; .* as HOST or --host$"):
        checked_host("", "HOST")
