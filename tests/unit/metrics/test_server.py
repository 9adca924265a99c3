from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from swarmfile.metrics.server import serve


def test_each_path_is_answered_by_its_function() -> None:
    server = serve(0, {"/metrics": lambda _: (200, "text/plain; version=0.0.4", b"up 1\n")})
    url = f"http://127.0.0.1:{server.server_port}"
    with urlopen(f"{url}/metrics?x=1") as response:
        assert (response.headers["Content-Type"], response.read()) == ("text/plain; version=0.0.4", b"up 1\n")
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{url}/other")
    server.shutdown()
