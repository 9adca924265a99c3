"""Signs a request to S3 by AWS Signature Version 4, which covers method, path, headers and body, and holds for minutes.

After AWS's documentation of S3: "Authenticating Requests: Using the Authorization Header", payload in a single chunk.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class AccessKey:
    """What a request is signed with; a session token belongs to a key that was lent for some hours."""

    id: str
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Request:
    """What is asked: a path that is encoded, and headers with names in lower case, the host among them."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


def encoded(path: str) -> str:
    """Returns a path as S3 wants it in a request and in its signature."""
    return quote(path, safe="/")


def signed(request: Request, key: AccessKey, region: str, now: datetime) -> dict[str, str]:
    """Returns the request's headers with those that sign it. `now` is in UTC."""
    digest, moment = hashlib.sha256(request.body).hexdigest(), now.strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, "x-amz-content-sha256": digest, "x-amz-date": moment}
    if key.session_token:
        headers["x-amz-security-token"] = key.session_token
    names = ";".join(sorted(headers))
    scope = [moment[:8], region, "s3", "aws4_request"]
    canonical = hashlib.sha256(_canonical(request, headers, names, digest).encode()).hexdigest()
    text = "\n".join([ALGORITHM, moment, "/".join(scope), canonical])
    signature = _hmac(reduce(_hmac, scope, f"AWS4{key.secret}".encode()), text).hex()
    credential = f"Credential={key.id}/{'/'.join(scope)}"
    return {**headers, "authorization": f"{ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"}


def _canonical(request: Request, headers: Mapping[str, str], names: str, digest: str) -> str:
    query = ""
    lines = [f"{name}:{headers[name]}\n" for name in sorted(headers)]
    return "\n".join([request.method, request.path, query, "".join(lines), names, digest])


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
