"""What tests of clients share: a tested host, another host, and one that asks for a certificate."""

import ssl
from collections.abc import Iterator

import pytest
import trustme

from tests.unit.lib.mirror_server import Mirror, running_mirror


@pytest.fixture(scope="module")
def target() -> Iterator[Mirror]:
    """The tested host."""
    with running_mirror() as mirror:
        yield mirror


@pytest.fixture(scope="module")
def other() -> Iterator[Mirror]:
    """A host that the script calls too."""
    with running_mirror() as mirror:
        yield mirror


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signed the certificates of the next two."""
    return trustme.CA()


@pytest.fixture(scope="module")
def tls_target(authority: trustme.CA) -> Iterator[Mirror]:
    """Refuses a client without certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with running_mirror(context) as mirror:
        yield mirror


@pytest.fixture(scope="module")
def tls_files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Paths of the client's tls.crt and tls.key, and of ca.crt."""
    folder = tmp_path_factory.mktemp("tls")
    client = authority.issue_cert("client.example")
    client.private_key_pem.write_to_path(folder / "tls.key")
    client.cert_chain_pems[0].write_to_path(folder / "tls.crt")
    authority.cert_pem.write_to_path(folder / "ca.crt")
    return {name: str(folder / name) for name in ("tls.key", "tls.crt", "ca.crt")}
