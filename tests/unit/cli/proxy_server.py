"""`kubectl proxy` with an API server behind it that answers from a folder, see cluster_folder.py; a program of its own.

As there, lists do not say the kind of what is in them, a refusal is a Status, and a server that cannot be reached is
text in the proxy's words.
"""

import json
import re
import socketserver
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CODES = {"Forbidden": 403, "NotFound": 404, "BadRequest": 400, "ServiceUnavailable": 503}
KINDS = {"jobs": "Job", "deployments": "Deployment", "pods": "Pod"}
QUESTIONS = (
    (r"/(jobs|deployments|pods)\?", "sight"),
    (r"/configmaps/", "configmap"),
    (r"/configmaps\?.*,swarmfile\.io/part", "parts"),
    (r"/configmaps\?", "heads"),
    (r"/events\?", "events"),
    (r"/log\?", "log"),
    (r"/proxy/", "state"),
)


class Handler(BaseHTTPRequestHandler):
    """Keeps the connection."""

    protocol_version = "HTTP/1.1"
    folder: Path

    def do_GET(self) -> None:
        path = unquote(self.path)
        with (self.folder / "calls").open("a") as calls:
            calls.write(f"GET {path}\n")
        if self.headers["Host"] != "localhost":
            self.answer(403, "Forbidden")
            return
        name = next(name for pattern, name in QUESTIONS if re.search(pattern, path))
        if (error := self.folder / f"{name}.error").exists():
            self.refuse(error.read_text())
        elif (file := self.folder / name).exists():
            self.answer(200, self.content(path, file.read_text()))
        else:
            self.refuse(f"Error from server (NotFound): there is no {name}")

    def content(self, path: str, text: str) -> str:
        """Returns the part of the sight that was asked for, anything else as it is."""
        plural = urlsplit(path).path.rsplit("/", 1)[1]
        if plural not in {*KINDS, "configmaps", "events"}:
            return text
        items: list[dict[str, Any]] = json.loads(text)["items"]
        kind = KINDS.get(plural, plural.capitalize())
        wanted = [each for each in items if each.get("kind", kind) == kind or plural not in KINDS]
        nameless = [{key: each[key] for key in each if key not in ("kind", "apiVersion")} for each in wanted]
        return json.dumps({"kind": f"{kind}List", "items": nameless})

    def refuse(self, message: str) -> None:
        found = re.match(r"Error from server \((\w+)\): (.*)", message, re.DOTALL)
        if found is None:
            self.answer(500, message)
            return
        status = {"kind": "Status", "status": "Failure", "reason": found[1], "message": found[2].strip()}
        self.answer(CODES[found[1]], json.dumps(status | {"code": CODES[found[1]]}))

    def answer(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def address_string(self) -> str:
        return "local"


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def main(folder: str, *arguments: str) -> None:
    Handler.folder = Path(folder)
    (place,) = (each.removeprefix("--unix-socket=") for each in arguments if each.startswith("--unix-socket="))
    with Server(place, Handler) as server:
        print(f"Starting to serve on {place}", flush=True)  # noqa: T201 - as kubectl does
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
