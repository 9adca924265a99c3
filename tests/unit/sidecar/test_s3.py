"""A bucket as the sidecar uses it, in a real storage; what only AWS answers is told by a script."""

from pathlib import Path

import botocore.session
import pytest
import trustme

from swarmfile.sidecar.s3 import Bucket, S3Error, address
from tests.s3_storage import BUCKET, KEY_ID, REGION, SECRET, Storage, environment, running_storage
from tests.unit.http.scripted_server import CLOSE, Answer, Scripted, response

ODD = "a b/ü+&=;~$'(1).csv"


def bucket(url: str, **changes: str) -> Bucket:
    found = Bucket.of(environment(url) | changes)
    assert found
    return found


def test_an_object_arrives_whole_under_its_prefix_with_type_and_note(storage: Storage) -> None:
    one = bucket(storage.url, SWARMFILE_S3_PREFIX="/team/a/")
    one.put("run-1/report.html", b"<p>", "a note")
    assert storage.objects == {"team/a/run-1/report.html": b"<p>"}
    reader = botocore.session.get_session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=storage.url,
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET,
    )
    found = reader.get_object(Bucket=BUCKET, Key="team/a/run-1/report.html")
    # Which case such a name has is the storage's affair.
    notes = {name.lower(): note for name, note in found["Metadata"].items()}
    assert (found["ContentType"], notes) == ("text/html", {"swarmfile": "a note"})
    assert one.note("run-1/report.html") == "a note"
    assert one.note("run-1/other") == ""


def test_an_object_of_an_odd_name_arrives(storage: Storage) -> None:
    bucket(storage.url).put(ODD, b"")
    assert storage.objects == {ODD: b""}


def test_line_breaks_in_a_secret_do_no_harm(storage: Storage) -> None:
    bucket(storage.url, AWS_SECRET_ACCESS_KEY=f"{SECRET}\n", AWS_SESSION_TOKEN="\n").put("a/b", b"c")
    assert storage.objects == {"a/b": b"c"}


WRONG = [
    ({"AWS_SECRET_ACCESS_KEY": "other"}, "results.s3.existingSecret: the key in it may not write into runs (Signature"),
    ({"SWARMFILE_S3_BUCKET": "none"}, "has no bucket none; make it, or write another"),
    ({"SWARMFILE_S3_ENDPOINT": "http://127.0.0.1:1"}, "results.s3.endpoint: 127.0.0.1:1 does not answer ("),
    ({"SWARMFILE_S3_ENDPOINT": "http://nowhere.invalid"}, "results.s3.endpoint: nowhere.invalid does not answer ("),
]


@pytest.mark.parametrize(("changes", "reason"), WRONG, ids=[reason[:40] for _, reason in WRONG])
def test_a_wrong_value_is_named_in_one_line(storage: Storage, changes: dict[str, str], reason: str) -> None:
    with pytest.raises(S3Error) as caught:
        bucket(storage.url, **changes).put("a/b", b"c")
    message = str(caught.value)
    assert reason in message
    assert "\n" not in message
    assert SECRET not in message


def error(code: str, *elements: str) -> bytes:
    return f'<?xml version="1.0"?>\n<Error><Code>{code}</Code>{"".join(elements)}</Error>'.encode()


ANSWERS: list[tuple[bytes | Answer, str]] = [
    (
        response(error("PermanentRedirect"), "301 Moved", x_amz_bucket_region="eu-west-3"),
        "results.s3.region: runs is in eu-west-3; write that instead of eu-central-1",
    ),
    (
        response(error("AuthorizationHeaderMalformed", "<Region>eu-west-3</Region>"), "400 Bad Request"),
        "results.s3.region: runs is in eu-west-3; write that instead of eu-central-1",
    ),
    (
        response(error("PermanentRedirect"), "301 Moved"),
        "results.s3.region: {host} sends elsewhere (PermanentRedirect); write the bucket's region",
    ),
    (
        response(error("InvalidAccessKeyId"), "403 Forbidden"),
        "results.s3.existingSecret: the key in it may not write into runs (InvalidAccessKeyId)",
    ),
    (
        response(error("ExpiredToken"), "400 Bad Request"),
        "results.s3.existingSecret: the key in it may not write into runs (ExpiredToken)",
    ),
    (
        response(error("SlowDown", "<Message>Reduce\nyour rate</Message>"), "503 Slow Down"),
        "results.s3: {host} refused an object: SlowDown Reduce your rate",
    ),
    (response(b"<html>", "502 Bad Gateway"), "results.s3: {host} refused an object: HTTP status 502"),
    ([CLOSE], "results.s3.endpoint: {host} does not answer (Remote end closed connection without response)"),
]


@pytest.mark.parametrize(("answer", "reason"), ANSWERS, ids=[reason[:60] for _, reason in ANSWERS])
def test_each_refusal_is_told_by_what_to_change(server: Scripted, answer: bytes | Answer, reason: str) -> None:
    server.answers(answer)
    with pytest.raises(S3Error) as caught:
        bucket(server.url).put("a/b", b"c")
    assert str(caught.value) == reason.format(host=server.url.removeprefix("http://"))


def test_a_session_token_is_sent_and_signed(server: Scripted) -> None:
    bucket(server.url, AWS_SESSION_TOKEN="lent").put("a/b", b"c")
    headers = server.seen[0].headers
    assert headers["x-amz-security-token"] == "lent"
    assert "x-amz-security-token" in headers["authorization"]


def test_a_key_that_may_only_write_has_no_note_to_read(server: Scripted) -> None:
    server.answers(response(b"", "403 Forbidden"))
    assert bucket(server.url).note("a/b") == ""


def test_a_certificate_is_trusted_with_its_authority_alone(rclone: Path, tmp_path: Path) -> None:
    authority, issued = trustme.CA(), tmp_path / "issued.pem"
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(issued)
    with running_storage(rclone, tmp_path, f"--cert={issued}", f"--key={issued}", scheme="https") as storage:
        with pytest.raises(
            S3Error, match=r"^results.s3.ca.existingSecret: the certificate of localhost:\d+ is not tru"
        ):
            bucket(storage.url).put("a/b", b"c")
        bucket(storage.url, SWARMFILE_S3_CA=str(tmp_path / "ca.crt")).put("a/b", b"c")
        assert storage.objects == {"a/b": b"c"}


@pytest.mark.parametrize(
    ("name", "endpoint", "url"),
    [
        ("runs", "", "https://runs.s3.eu-west-1.amazonaws.com"),
        ("runs.example.com", "", "https://s3.eu-west-1.amazonaws.com/runs.example.com"),
        ("runs", "http://minio.storage:9000/", "http://minio.storage:9000/runs"),
        ("runs", "https://storage.googleapis.com", "https://storage.googleapis.com/runs"),
        ("runs", "https://example.com/s3", "https://example.com/s3/runs"),
    ],
)
def test_a_bucket_has_the_address_that_its_storage_gives_it(name: str, endpoint: str, url: str) -> None:
    assert address(name, "eu-west-1", endpoint) == url


def test_without_a_name_there_is_no_bucket() -> None:
    assert Bucket.of({"SWARMFILE_S3_ENDPOINT": "http://localhost", "SWARMFILE_S3_BUCKET": ""}) is None
