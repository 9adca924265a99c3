"""Who may use the target: everybody, unless credentials were given by the environment or a file.

A process argument can be read by every user of a machine, so no password is ever one.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from werkzeug.exceptions import Unauthorized

from demo.answers import Request, failure


@dataclass(frozen=True)
class Access:
    """The Authorization headers that open the protected routes; none means that nothing is protected."""

    accepted: tuple[bytes, ...] = ()

    def check(self, request: Request) -> None:
        """Raises Unauthorized for a request without the right credentials."""
        if not self.accepted:
            return
        given = request.headers.get("Authorization", "").encode("latin-1")
        if any(hmac.compare_digest(given, each) for each in self.accepted):
            return
        response = failure(401, "credentials are missing or wrong")
        response.headers["WWW-Authenticate"] = 'Basic realm="demo"'
        raise Unauthorized(response=response)


def access_from(environment: Mapping[str, str], basic_auth_file: Path | None) -> Access:
    """Reads DEMO_BASIC_AUTH (user:password), DEMO_BEARER_TOKEN, and a file with user:password."""
    pairs = [environment.get("DEMO_BASIC_AUTH", "")]
    if basic_auth_file:
        pairs.append(basic_auth_file.read_text().strip())
    accepted = [b"Basic " + base64.b64encode(pair.encode()) for pair in pairs if pair]
    token = environment.get("DEMO_BEARER_TOKEN")
    return Access((*accepted, *([f"Bearer {token}".encode()] if token else [])))
