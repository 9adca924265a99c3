"""Signatures are those that AWS's documentation prints, and those that AWS's own library makes."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.sidecar.s3_sign import AccessKey, Request, encoded, signed

# From "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
DOCUMENTED_KEY = AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
DOCUMENTED_HOST = {"host": "examplebucket.s3.amazonaws.com"}
DOCUMENTED_HEADERS = {"date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}
DOCUMENTED = [
    (
        Request("GET", "/test.txt", {**DOCUMENTED_HOST, "range": "bytes=0-9"}),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    (
        Request("PUT", "/test%24file.text", {**DOCUMENTED_HOST, **DOCUMENTED_HEADERS}, b"Welcome to Amazon S3."),
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
]
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(("request_", "signature"), DOCUMENTED, ids=["get", "put"])
def test_the_documented_examples_have_the_documented_signatures(request_: Request, signature: str) -> None:
    headers = signed(request_, DOCUMENTED_KEY, "us-east-1", datetime(2013, 5, 24, tzinfo=UTC))
    assert headers["authorization"].endswith(f", Signature={signature}")


def as_botocore_signs(request: Request, key: AccessKey, region: str) -> dict[str, str]:
    url = f"https://{request.headers['host']}{request.path}"
    headers = {name: value for name, value in request.headers.items() if name != "host"}
    theirs = AWSRequest(request.method, url, headers, request.body)
    # What botocore's client says of an upload: the body's digest is in the signature over TLS, too.
    theirs.context["client_config"] = None
    theirs.context["payload_signing_enabled"] = True
    with patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        S3SigV4Auth(Credentials(key.id, key.secret, key.session_token or None), "s3", region).add_auth(theirs)
    return {name.lower(): value for name, value in theirs.headers.items()}


@given(
    path=st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t"), max_size=30),
    body=st.binary(max_size=30),
    token=st.sampled_from(["", "lent+for/hours=="]),
    region=st.sampled_from(["us-east-1", "eu-central-1", "auto"]),
)
def test_every_path_is_signed_as_aws_s_own_library_signs_it(path: str, body: bytes, token: str, region: str) -> None:
    key = AccessKey("AKIDEXAMPLE", "secret/+", token)
    headers = {"host": "s3.example.com:9000", "content-type": "text/csv", "x-amz-meta-swarmfile": "abc"}
    request = Request("PUT", encoded(f"/runs/{path}"), headers, body)
    ours, theirs = signed(request, key, region, NOW), as_botocore_signs(request, key, region)
    assert ours["authorization"] == theirs["authorization"]
    assert {name: ours[name] for name in theirs if name.startswith("x-amz-")} == {
        name: value for name, value in theirs.items() if name.startswith("x-amz-")
    }


def test_a_key_shows_no_secret_when_it_is_printed() -> None:
    assert "canary" not in repr(AccessKey("id", "canary-secret", "canary-token"))
