"""A TLS connection without a network: what one side has to send is handed to the other."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from swarmfile.http.errors import SSLError
from swarmfile.http.tls import Tls, TlsStream, context_for


class Server:
    """The other side of a connection, with a certificate for localhost."""

    def __init__(self, authority: trustme.CA) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def accept(self, stream: TlsStream) -> None:
        """Shakes hands as far as both sides get."""
        while not stream.shake_hands():
            self.incoming.write(stream.to_send())
            self._answer()
            stream.receive(self.outgoing.read())
        self.incoming.write(stream.to_send())
        self._answer()

    def _answer(self) -> None:
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return


@pytest.fixture
def server(authority: trustme.CA) -> Server:
    return Server(authority)


@pytest.fixture
def stream(server: Server, tls_files: dict[str, str]) -> TlsStream:
    """The client's side, connected."""
    stream = TlsStream(context_for(Tls(ca_file=tls_files["ca.crt"])), "localhost", None)
    server.accept(stream)
    return stream


def test_each_side_reads_what_the_other_one_writes(server: Server, stream: TlsStream) -> None:
    server.incoming.write(stream.encrypt(b"question"))
    assert server.tls.read() == b"question"
    server.tls.write(b"answer" * 10_000)
    assert stream.decrypt(server.outgoing.read()) == b"answer" * 10_000


def test_half_a_record_is_nothing_yet(server: Server, stream: TlsStream) -> None:
    server.tls.write(b"answer")
    sent = server.outgoing.read()
    assert stream.decrypt(sent[:-1]) == b""
    assert stream.decrypt(sent[-1:]) == b"answer"


def test_a_goodbye_closes_the_stream(server: Server, stream: TlsStream) -> None:
    with pytest.raises(ssl.SSLWantReadError):
        server.tls.unwrap()
    assert not stream.closed
    assert stream.decrypt(server.outgoing.read()) == b""
    assert stream.closed


def test_what_was_changed_on_its_way_breaks_the_connection(server: Server, stream: TlsStream) -> None:
    server.tls.write(b"answer")
    sent = bytearray(server.outgoing.read())
    sent[-1] ^= 1
    with pytest.raises(SSLError, match="the TLS connection broke: "):
        stream.decrypt(bytes(sent))


@pytest.mark.parametrize(
    ("host", "reason"),
    [("localhost", "certificate is not trusted: unable to get"), ("other.example", "not trusted: Hostname mismatch")],
)
def test_a_server_that_proves_nothing_is_not_trusted(
    server: Server, tls_files: dict[str, str], host: str, reason: str
) -> None:
    trusts = Tls() if host == "localhost" else Tls(ca_file=tls_files["ca.crt"])
    with pytest.raises(SSLError, match=reason):
        server.accept(TlsStream(context_for(trusts), host, None))


def test_who_verifies_nothing_talks_to_anybody(server: Server) -> None:
    stream = TlsStream(context_for(Tls(verify=False)), "other.example", None)
    server.accept(stream)
    assert stream.session


def test_equal_settings_share_a_context() -> None:
    assert context_for(Tls(verify=False)) is context_for(Tls(verify=False))
    assert context_for(Tls(verify=False)) is not context_for(Tls())


@pytest.mark.parametrize("use", [lambda path: Tls(ca_file=path), lambda path: Tls(cert_file=path)])
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, use: Callable[[str], Tls], content: str | None) -> None:
    path = tmp_path / "some.pem"
    if content:
        path.write_text(content)
    with pytest.raises(SSLError, match=rf"{path} cannot be used for TLS: "):
        context_for(use(str(path)))
