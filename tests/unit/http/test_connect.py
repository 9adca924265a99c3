"""TLS, proxies and IPv6 against real servers."""

import ssl
from collections.abc import Iterator

import gevent
import pytest
import trustme
from gevent.server import StreamServer

from swarmfile.http.connect import basic_auth
from swarmfile.http.user import SwarmHttpUser
from tests.unit.http.scripted_server import CLOSE, Request, Scripted, response, running
from tests.unit.http.swarm_user import eventually, new_user

LARGE = bytes(range(256)) * 4000


@pytest.fixture(scope="module")
def tls_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def tls_server(tls_context: ssl.SSLContext) -> Iterator[Scripted]:
    with running(tls_context) as scripted:
        scripted.host = "localhost"
        yield scripted


@pytest.fixture
def user(tls_server: Scripted, tls_files: dict[str, str]) -> Iterator[SwarmHttpUser]:
    tls_server.answers(response(b"ok"))
    user = new_user(tls_server.url, network_timeout=10)
    user.client.verify = tls_files["ca.crt"]
    yield user
    user.client.close()


def test_requests_go_over_tls_on_one_connection(user: SwarmHttpUser, tls_server: Scripted) -> None:
    tls_server.answers(response(b"ok"), response(LARGE), [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", b"\r\no", b"k"])
    assert [user.client.get("/").content for _ in range(3)] == [b"ok", LARGE, b"ok"]
    assert user.client.post("/", data=LARGE).ok
    assert tls_server.seen[3].body == LARGE
    assert tls_server.connections == 1


def test_a_stream_comes_over_tls(user: SwarmHttpUser, tls_server: Scripted) -> None:
    tls_server.answers([b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", b"a\n", b"b\n"])
    assert list(user.client.iter_lines("/")) == ["a", "b"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_next_connection_resumes_the_tls_session(
    authority: trustme.CA, tls_files: dict[str, str], version: ssl.TLSVersion
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    context.maximum_version = version
    with running(context) as server:
        server.host = "localhost"
        server.answers(response(b"ok", Connection="close"))
        user = new_user(server.url)
        user.client.verify = tls_files["ca.crt"]
        for _ in range(3):
            assert user.client.get("/").ok
    assert context.session_stats()["hits"] == 2


def test_an_unknown_authority_is_a_failure_that_says_so(tls_server: Scripted) -> None:
    got = new_user(tls_server.url).client.get("/")
    assert "certificate is not trusted" in str(got.error)


def test_another_hosts_certificate_is_a_failure(tls_server: Scripted, user: SwarmHttpUser) -> None:
    got = user.client.get(f"https://127.0.0.1:{tls_server.port}/")
    assert "certificate is not trusted" in str(got.error)


@pytest.mark.parametrize("attributes", [{"insecure": True}, {"ssl_context_factory": ssl._create_unverified_context}])
def test_a_user_may_accept_any_certificate(tls_server: Scripted, attributes: dict[str, object]) -> None:
    tls_server.answers(response(b"ok"))
    assert new_user(tls_server.url, None, **attributes).client.get("/").ok


def test_one_request_may_accept_any_certificate(tls_server: Scripted) -> None:
    user = new_user(tls_server.url)
    assert user.client.get("/", verify=False).ok
    assert not user.client.get("/").ok


def test_an_authoritys_file_that_is_missing_is_named(tls_server: Scripted) -> None:
    user = new_user(tls_server.url)
    user.client.verify = "/nowhere/ca.crt"
    assert "/nowhere/ca.crt" in str(user.client.get("/").error)


def test_plain_http_on_the_other_side_is_a_failure_that_says_so() -> None:
    plain = StreamServer(("127.0.0.1", 0), lambda socket, _: socket.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    plain.start()
    try:
        got = new_user(f"https://localhost:{plain.server_port}").client.get("/")
    finally:
        plain.stop(timeout=0)
    assert "TLS handshake" in str(got.error)


def test_a_body_without_length_needs_tlss_closing_alert(user: SwarmHttpUser, tls_server: Scripted) -> None:
    tls_server.answers([b"HTTP/1.1 200 OK\r\n\r\ncut?", CLOSE])
    got = user.client.get("/")
    assert "closing alert" in str(got.error)


def test_an_ipv6_host_is_reached() -> None:
    with running(host="::1") as server:
        assert new_user(server.url).client.get("/").ok
        assert server.seen[0].headers["host"] == f"[::1]:{server.port}"


def test_a_name_with_several_addresses_is_tried_until_one_answers() -> None:
    with running() as server:
        # localhost is ::1 first where there is IPv6, and nobody listens there.
        assert new_user(f"http://localhost:{server.port}").client.get("/").ok


def test_a_connection_that_takes_too_long_is_a_failure() -> None:
    silent = StreamServer(("127.0.0.1", 0), lambda *_: gevent.sleep(10))
    silent.start()
    try:
        user = new_user(f"https://localhost:{silent.server_port}", connection_timeout=0.1)
        assert type(user.client.get("/").error).__name__ == "ConnectTimeout"
    finally:
        silent.stop(timeout=0)


def test_http_asks_the_proxy() -> None:
    with running() as proxy:
        user = new_user("http://shop.example")
        user.client.proxies["http"] = f"http://me:mine@127.0.0.1:{proxy.port}"
        assert user.client.get("/cart?a=1").ok
    sent = proxy.seen[0]
    assert (sent.target, sent.headers["host"]) == ("http://shop.example/cart?a=1", "shop.example")
    assert sent.headers["proxy-authorization"] == basic_auth("me", "mine")


@pytest.fixture
def tunnel() -> Iterator[list[Request]]:
    """A proxy on port 0 of the list's first item that lets CONNECT through."""
    seen: list[Request] = []

    def serve(client: gevent.socket.socket, _: object) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        seen.append(Request(head, b"", 1))
        host, port = head.split()[1].decode().rsplit(":", 1)
        upstream = gevent.socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n")
        gevent.joinall([gevent.spawn(pump, client, upstream), gevent.spawn(pump, upstream, client)])

    server = StreamServer(("127.0.0.1", 0), serve)
    server.start()
    seen.append(Request(str(server.server_port).encode(), b"", 0))
    yield seen
    server.stop(timeout=0)


def pump(source: gevent.socket.socket, sink: gevent.socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(gevent.socket.SHUT_WR)
    except OSError:
        sink.close()


def test_https_goes_through_the_proxy_by_connect(
    user: SwarmHttpUser, tls_server: Scripted, tunnel: list[Request]
) -> None:
    user.client.proxies["https"] = f"http://me:mine@127.0.0.1:{tunnel[0].head.decode()}"
    assert user.client.get("/").content == b"ok"
    eventually(lambda: len(tunnel) == 2)
    assert (tunnel[1].method, tunnel[1].target) == ("CONNECT", f"localhost:{tls_server.port}")
    assert tunnel[1].headers["proxy-authorization"] == basic_auth("me", "mine")
    assert "proxy-authorization" not in tls_server.seen[0].headers


def test_a_tunnel_that_is_refused_is_a_failure_that_says_so(user: SwarmHttpUser) -> None:
    with running() as proxy:
        proxy.answers(response(b"", "407 Proxy Authentication Required"))
        user.client.proxies["https"] = proxy.url
        assert "refused the tunnel: 407" in str(user.client.get("/").error)
