"""TLS over any transport: the session encrypts and decrypts in memory, so one record needs one system call."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import certifi

from swarmfile.http.errors import SSLError

RECORD_BYTES = 16384


@dataclass(frozen=True, slots=True)
class Tls:
    """How to trust a server and what to show it. Files are PEM; `ca_file` replaces the known authorities."""

    verify: bool = True
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    # A script's own: called once, its context serves all users that have the same settings.
    context_factory: Callable[[], ssl.SSLContext] | None = None


@lru_cache(maxsize=256)
def context_for(tls: Tls) -> ssl.SSLContext:
    """Returns the context for these settings, one for all users: loading the authorities costs 1 MB and 30 ms.

    Raises SSLError naming the file that cannot be used.
    """
    if tls.context_factory is not None:
        return tls.context_factory()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if tls.verify:
        _load(context.load_verify_locations, tls.ca_file or certifi.where())
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.verify and not tls.ca_file:
        context.load_default_certs()
    if tls.cert_file:
        _load(context.load_cert_chain, tls.cert_file, tls.key_file)
    return context


def _load(load: Callable[..., None], *files: str | None) -> None:
    try:
        load(*files)
    except OSError as error:  # ssl.SSLError is one too
        raise SSLError(f"{files[0]} cannot be used for TLS: {error}") from error


class TlsStream:
    """One TLS connection: plain bytes in and out at one side, encrypted ones at the other."""

    __slots__ = ("_incoming", "_object", "_outgoing", "closed")

    def __init__(self, context: ssl.SSLContext, host: str, session: ssl.SSLSession | None) -> None:
        # Whether the peer said that nothing more will come.
        self.closed = False
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host, session=session)

    def shake_hands(self) -> bool:
        """Takes the handshake as far as the bytes received allow; returns whether it is done. Raises SSLError."""
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise SSLError(_reason(error)) from error
        return True

    def encrypt(self, data: bytes) -> bytes:
        """Returns `data` as records to send."""
        self._object.write(data)
        return self._outgoing.read()

    def to_send(self) -> bytes:
        """Returns what TLS itself wants sent: handshake messages, key updates."""
        return self._outgoing.read()

    def decrypt(self, data: bytes) -> bytes:
        """Takes bytes from the network; returns the plain ones they complete, perhaps none. Raises SSLError."""
        self._incoming.write(data)
        parts = []
        try:
            while self._incoming.pending or self._object.pending():
                part = self._object.read(RECORD_BYTES)
                if not part:
                    self.closed = True
                    break
                parts.append(part)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            raise SSLError(f"the TLS connection broke: {error.reason or error}") from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def receive(self, data: bytes) -> None:
        """Takes bytes of the handshake from the network."""
        self._incoming.write(data)

    @property
    def session(self) -> ssl.SSLSession | None:
        """What a next connection to the same server may resume."""
        return self._object.session


def _reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    return f"the TLS handshake failed: {error.reason or error}"
