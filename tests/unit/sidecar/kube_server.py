"""As much of a Kubernetes API server as a record needs: one namespace's objects over HTTPS, kept in memory."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import trustme

from swarmfile.sidecar.kube import Cluster

Object = dict[str, Any]


@dataclass
class Kube:
    """Objects by kind and name; `refuse` is an HTTP status that every request gets instead of an answer."""

    cluster: Cluster
    objects: dict[tuple[str, str], Object] = field(default_factory=dict)
    refuse: int = 0
    writes: int = 0
    versions: Iterator[int] = field(default_factory=lambda: count(1))

    def put(self, kind: str, content: Object) -> tuple[int, Object]:
        self.writes += 1
        metadata = {**content["metadata"], "resourceVersion": str(next(self.versions))}
        self.objects[kind, metadata["name"]] = {**content, "metadata": metadata}
        return 200, self.objects[kind, metadata["name"]]

    def named(self, kind: str) -> dict[str, Object]:
        return {name: each for (found, name), each in self.objects.items() if found == kind}


def matches(content: Object, selector: str) -> bool:
    labels = content["metadata"].get("labels", {})
    for wanted in filter(None, selector.split(",")):
        name, _, value = wanted.partition("=")
        if name.startswith("!") == (name.lstrip("!") in labels) or (value and labels.get(name) != value):
            return False
    return True


def merged(old: object, new: object) -> object:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items() if value is not None}}


@dataclass(frozen=True)
class Asked:
    method: str
    kind: str
    name: str
    selector: str
    body: Object


def answer(kube: Kube, asked: Asked) -> tuple[int, Object]:
    existing = kube.objects.get((asked.kind, asked.name or asked.body.get("metadata", {}).get("name", "")))
    if asked.method == "GET" and not asked.name:
        return 200, {"items": [each for each in kube.named(asked.kind).values() if matches(each, asked.selector)]}
    if asked.method == "POST":
        return (409, {"message": "already exists"}) if existing else kube.put(asked.kind, asked.body)
    if existing is None:
        return 404, {"message": f'{asked.kind} "{asked.name}" not found'}
    newest = existing["metadata"]["resourceVersion"]
    if any(asked.body.get(part, {}).get("resourceVersion", newest) != newest for part in ("metadata", "preconditions")):
        return 409, {"message": "the object has been modified"}
    if asked.method == "PATCH":
        return kube.put(asked.kind, cast(Object, merged(existing, asked.body)))
    return 200, kube.objects.pop((asked.kind, asked.name)) if asked.method == "DELETE" else existing


def handler_of(kube: Kube) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            status, content = self.considered()
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def considered(self) -> tuple[int, Object]:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            if self.headers["Authorization"] != "Bearer api-token":
                return 401, {"message": "Unauthorized"}
            if kube.refuse:
                return kube.refuse, {"message": "configmaps is forbidden"}
            url = urlsplit(self.path)
            kind, _, name = url.path.partition("/namespaces/testing/")[2].partition("/")
            selector = parse_qs(url.query).get("labelSelector", [""])[0]
            return answer(kube, Asked(self.command, kind, name, selector, body))

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running_kube(account: Path) -> Iterator[Kube]:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(account / "ca.crt")
    (account / "namespace").write_text("testing")
    (account / "token").write_text("api-token\n")
    kube = Kube(Cluster(account, "localhost", 0))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(kube))
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    kube.cluster = Cluster(account, "localhost", server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kube
    finally:
        server.shutdown()
        server.server_close()
