"""Scripts that were written for HttpUser catch what can go wrong with a request as before."""

import pytest
import requests

from swarmfile.http import errors as http_errors


@pytest.mark.parametrize("name", http_errors.__all__)
def test_every_error_is_one_of_requests(name: str) -> None:
    assert issubclass(getattr(http_errors, name), requests.RequestException)


@pytest.mark.parametrize("error", [http_errors.MalformedResponseError, http_errors.ConnectionClosedError])
def test_a_server_that_breaks_off_or_off_the_rules_is_a_connection_error(error: type[Exception]) -> None:
    assert issubclass(error, requests.ConnectionError)
