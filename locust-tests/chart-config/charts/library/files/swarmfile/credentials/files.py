"""Reads what a test may know in secret: one small file for each value, mounted from a Secret.

The folder's files, all of them optional: `username` and `password` (Basic auth), `token` (bearer), `header-name` and
`header-value` (one header), `tls.crt` and `tls.key` (client certificate), `ca.crt` (own authority), `insecure` (any
certificate is accepted, unless the file says false), `web-username` and `web-password` (login of the web UI).
Texts are sent as UTF-8, as curl does; line ends after the last character are no part of a value.
"""

import os
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

AUTH_VARIABLE = "SWARMFILE_AUTH"
USERNAME, PASSWORD = "username", "password"
TOKEN = "token"
HEADER_NAME, HEADER_VALUE = "header-name", "header-value"
CERTIFICATE, KEY = "tls.crt", "tls.key"
AUTHORITY = "ca.crt"
INSECURE = "insecure"
WEB_USERNAME, WEB_PASSWORD = "web-username", "web-password"
PAIRS = (
    (USERNAME, PASSWORD),
    (HEADER_NAME, HEADER_VALUE),
    (CERTIFICATE, KEY),
    (WEB_USERNAME, WEB_PASSWORD),
)
FIELD_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


class CredentialsError(Exception):
    """Says in one sentence which file is wrong and what to write; never what a file holds."""


@dataclass(frozen=True)
class Login:
    """Who may use the web UI."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Credentials:
    """What requests to the tested host carry, and who may use the web UI."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    certificate: tuple[str, str] | None = None
    authority: str | None = None
    insecure: bool = False
    login: Login | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def for_requests(self) -> bool:
        """Whether clients have anything to set."""
        return bool(self.headers or self.certificate or self.authority or self.insecure)


def read_credentials(folder: Path | None = None) -> Credentials:
    """Returns what the folder (default: SWARMFILE_AUTH) holds; an absent folder holds nothing.

    Raises CredentialsError for half a pair, an empty or malformed value, and two ways to fill one header.
    """
    values = Values(folder or Path(os.environ.get(AUTH_VARIABLE) or "/nonexistent"))
    values.refuse_halves()
    credentials = Credentials(
        headers=tuple(headers_of(values)),
        certificate=client_certificate(values),
        authority=authority(values),
        insecure=insecure(values),
        login=Login(values.text(WEB_USERNAME), values.text(WEB_PASSWORD)) if values.has(WEB_USERNAME) else None,
        secrets=frozenset(secrets_of(values)),
    )
    refuse_unreadable_certificates(credentials, values)
    return credentials


@dataclass(frozen=True)
class Values:
    """The folder's files by name."""

    folder: Path

    def has(self, name: str) -> bool:
        """Whether the value is configured."""
        return self.path(name).is_file()

    def path(self, name: str) -> Path:
        """Where the value lies."""
        return self.folder / name

    def text(self, name: str) -> str:
        """Returns a value of one line that a header can hold."""
        try:
            text = self.path(name).read_text("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error(name, f"cannot be read as UTF-8 text ({type(error).__name__})") from None
        if not text:
            raise self.error(name, "is empty; write the value or remove the key")
        if CONTROL_CHARACTER.search(text):
            raise self.error(name, "has a line break or another control character inside; write one line")
        return text

    def error(self, name: str, sentence: str) -> CredentialsError:
        """Returns the error that names the file."""
        return CredentialsError(f"{self.path(name)}: {sentence}")

    def refuse_halves(self) -> None:
        """Raises for a pair of which one value is missing."""
        for pair in PAIRS:
            missing = [name for name in pair if not self.has(name)]
            if len(missing) == 1:
                other = pair[1 - pair.index(missing[0])]
                raise self.error(missing[0], f"is missing, but {other} is there; give both or neither")


def headers_of(values: Values) -> Iterator[tuple[str, str]]:
    """Yields each header with the bytes of its value, written as HTTP clients take them (latin-1)."""
    if values.has(USERNAME) and values.has(TOKEN):
        raise values.error(TOKEN, "and username are both there, for one Authorization header; remove one of them")
    if values.has(USERNAME):
        yield "Authorization", f"Basic {basic(values)}"
    if values.has(TOKEN):
        yield "Authorization", f"Bearer {wire(values.text('token'))}"
    if values.has(HEADER_NAME):
        yield named_header(values)


def basic(values: Values) -> str:
    """Returns user name and password as RFC 7617 writes them."""
    username = values.text(USERNAME)
    if ":" in username:
        raise values.error(USERNAME, "contains a colon, which Basic auth cannot send")
    return b64encode(f"{username}:{values.text('password')}".encode()).decode("ascii")


def named_header(values: Values) -> tuple[str, str]:
    """Returns the one header that the test names itself."""
    name = values.text(HEADER_NAME)
    if not FIELD_NAME.fullmatch(name):
        raise values.error(HEADER_NAME, "is not a header's name; write letters, digits and hyphens")
    if name.lower() == "authorization" and (values.has(USERNAME) or values.has(TOKEN)):
        raise values.error(HEADER_NAME, "is Authorization, which Basic auth or the token fills already; remove one")
    return name, wire(values.text(HEADER_VALUE))


def wire(text: str) -> str:
    """Returns UTF-8 bytes as the latin-1 text that HTTP clients encode back to the same bytes."""
    return text.encode().decode("latin-1")


def client_certificate(values: Values) -> tuple[str, str] | None:
    """Returns the paths of certificate and key."""
    return (str(values.path(CERTIFICATE)), str(values.path(KEY))) if values.has(CERTIFICATE) else None


def authority(values: Values) -> str | None:
    """Returns the path of the own authority's certificate."""
    return str(values.path(AUTHORITY)) if values.has(AUTHORITY) else None


def insecure(values: Values) -> bool:
    """Returns whether any certificate of the tested host is accepted."""
    chosen = values.has(INSECURE) and values.path(INSECURE).read_text().strip().lower() not in {"false", "0", ""}
    if chosen and values.has(AUTHORITY):
        raise values.error(INSECURE, "accepts any certificate, so that ca.crt is never asked; remove one of them")
    return chosen


def refuse_unreadable_certificates(credentials: Credentials, values: Values) -> None:
    """Raises here, in one line, what would else be a failure of every single request."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if credentials.authority:
            context.load_verify_locations(credentials.authority)
    except (ssl.SSLError, OSError):
        raise values.error(AUTHORITY, "is not a certificate in PEM form") from None
    try:
        if credentials.certificate:
            # A key that asks for a passphrase would wait for a terminal.
            context.load_cert_chain(*credentials.certificate, password="")
    except (ssl.SSLError, OSError, ValueError):
        raise values.error(
            CERTIFICATE, "and tls.key are not a PEM certificate and its key without passphrase"
        ) from None


def secrets_of(values: Values) -> Iterator[str]:
    """Yields every text that must not be written anywhere."""
    for name in (
        PASSWORD,
        TOKEN,
        HEADER_VALUE,
        WEB_PASSWORD,
    ):
        if values.has(name):
            yield values.text(name)
    if values.has(USERNAME):
        yield basic(values)
