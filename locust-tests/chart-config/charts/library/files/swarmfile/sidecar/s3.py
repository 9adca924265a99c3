"""A bucket in AWS's S3 or in a storage that speaks like it, with the standard library alone.

Its part of the sidecar's environment:
SWARMFILE_S3_BUCKET    name of the bucket; without it there is none
SWARMFILE_S3_ENDPOINT  address of the storage (AWS's for the region)
SWARMFILE_S3_REGION    region of the bucket (us-east-1)
SWARMFILE_S3_PREFIX    folder in the bucket
SWARMFILE_S3_CA        file with certificates to trust beside the system's
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
"""

import http.client
import re
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from swarmfile.sidecar.s3_sign import AccessKey, Request, encoded, signed

TIMEOUT_S = 10
# A header of our own that stays with an object.
NOTE = "x-amz-meta-swarmfile"
LONGEST_ANSWER = 10_000
# AWS says these with status 400, others with 403.
BAD_KEYS = ("ExpiredToken", "InvalidToken", "TokenRefreshRequired")


class S3Error(Exception):
    """One line: which value is wrong, or why the storage took nothing. `kind` is the storage's code for it."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Answer:
    """What the storage answered."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def code(self) -> str:
        """The storage's word for what is wrong."""
        return self.element("Code") or f"HTTP status {self.status}"

    def element(self, name: str) -> str:
        """Returns the text of an element of the error, "" where it has none."""
        found = re.search(rf"<{name}>([^<]*)</{name}>", self.body)
        return found[1] if found else ""


@dataclass(frozen=True)
class Bucket:
    """A bucket, the folder in it, and the way there."""

    name: str
    region: str
    prefix: str
    url: SplitResult
    key: AccessKey
    authority: Path | None = None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Bucket | None":
        """Returns the bucket that the sidecar's environment names, if it names one."""
        name, region = environ.get("SWARMFILE_S3_BUCKET"), environ.get("SWARMFILE_S3_REGION") or "us-east-1"
        if not name:
            return None
        url = urlsplit(address(name, region, environ.get("SWARMFILE_S3_ENDPOINT", "")))
        prefix, authority = environ.get("SWARMFILE_S3_PREFIX", "").strip("/"), environ.get("SWARMFILE_S3_CA")
        return cls(name, region, prefix, url, access_key(environ), Path(authority) if authority else None)

    def put(self, path: str, content: bytes, note: str = "") -> None:
        """Writes an object, with a note that stays with it. Raises S3Error."""
        headers = {"content-type": guess_type(path)[0] or "application/octet-stream"} | ({NOTE: note} if note else {})
        answer = self._ask("PUT", path, headers, content)
        if answer.status != http.client.OK:
            raise self._refused(answer)

    def note(self, path: str) -> str:
        """Returns an object's note; "" where it has none, or where the key may write only. Raises S3Error."""
        answer = self._ask("HEAD", path, {})
        return answer.headers.get(NOTE, "") if answer.status == http.client.OK else ""

    def path(self, name: str) -> str:
        """Returns where in the bucket something is: below the prefix."""
        return "/".join(filter(None, (self.prefix, name)))

    def _ask(self, method: str, path: str, headers: Mapping[str, str], content: bytes = b"") -> Answer:
        target = encoded(f"{self.url.path}/{self.path(path)}")
        try:
            return self._sent(Request(method, target, {"host": self.url.netloc, **headers}, content))
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate of {self.url.netloc} is not trusted ({error.verify_message})"
            raise S3Error(f"results.s3.ca.existingSecret: {why}", "certificate") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise S3Error(f"results.s3.endpoint: {self.url.netloc} does not answer ({error})", "silence") from None

    def _sent(self, request: Request) -> Answer:
        with closing(self._connect()) as connection:
            headers = signed(request, self.key, self.region, datetime.now(UTC))
            connection.request(request.method, request.path, request.body, headers)
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read(LONGEST_ANSWER).decode("utf-8", "replace"))

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        context = ssl.create_default_context()
        if self.authority:
            context.load_verify_locations(self.authority)
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)

    def _refused(self, answer: Answer) -> S3Error:
        return S3Error(" ".join(self._reason(answer).split()), answer.code)

    def _reason(self, answer: Answer) -> str:
        region = answer.headers.get("x-amz-bucket-region") or answer.element("Region")
        if region and region != self.region:
            return f"results.s3.region: {self.name} is in {region}; write that instead of {self.region}"
        if http.client.MULTIPLE_CHOICES <= answer.status < http.client.BAD_REQUEST:
            return f"results.s3.region: {self.url.netloc} sends elsewhere ({answer.code}); write the bucket's region"
        if answer.code == "NoSuchBucket":
            return f"results.s3.bucket: {self.url.netloc} has no bucket {self.name}; make it, or write another"
        if answer.status == http.client.FORBIDDEN or answer.code in BAD_KEYS:
            return f"results.s3.existingSecret: the key in it may not write into {self.name} ({answer.code})"
        return f"results.s3: {self.url.netloc} refused an object: {answer.code} {answer.element('Message')}"


def address(bucket: str, region: str, endpoint: str) -> str:
    """Returns the bucket's URL: below the endpoint, as MinIO, Ceph and Google have it, else as a host of AWS's."""
    if endpoint:
        return f"{endpoint.rstrip('/')}/{bucket}"
    # AWS's certificates are for names with one dot less.
    if "." in bucket:
        return f"https://s3.{region}.amazonaws.com/{bucket}"
    return f"https://{bucket}.s3.{region}.amazonaws.com"


def access_key(environ: Mapping[str, str]) -> AccessKey:
    """Returns the key without blanks: a line break is the commonest mistake in a Secret, and no key has one."""
    variables = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return AccessKey(*("".join(environ.get(variable, "").split()) for variable in variables))
