"""Starts the demo target: python -m demo --port 8080."""

import argparse
import os
import signal
import sys
from pathlib import Path

import gevent
from gevent import ssl
from gevent.event import Event

from demo.access import access_from
from demo.batch_life import Plan
from demo.batch_routes import BatchApi
from demo.pages import Shop
from demo.server import Address, Listener
from demo.target import Target


def parser() -> argparse.ArgumentParser:
    """Returns the command line's definition; credentials are no part of it."""
    line = argparse.ArgumentParser(prog="python -m demo", description=__doc__, epilog=SECRETS)
    line.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    line.add_argument("--port", type=int, default=8080, help="0 takes a free one (default: %(default)s)")
    line.add_argument("--cert", type=Path, help="PEM file of the server's certificate: serves HTTPS")
    line.add_argument("--key", type=Path, help="PEM file of the certificate's key")
    line.add_argument("--client-ca", type=Path, help="PEM file: clients need a certificate of this authority")
    line.add_argument("--basic-auth-file", type=Path, help="file with user:password")
    for name, default, meaning in BATCH_OPTIONS:
        variable = f"DEMO_BATCH_{name.upper()}"
        given = os.environ.get(variable, str(default))
        flag = f"--batch-{name.replace('_', '-')}"
        line.add_argument(flag, type=float, default=given, help=f"{meaning} (default: {variable} or {default:g})")
    return line


BATCH_OPTIONS = (
    ("duration_s", Plan.duration_s, "seconds until a batch is done"),
    ("window_s", Plan.window_s, "seconds until a batch that is not done expires"),
    ("failure_rate", Plan.failure_rate, "share of the batches that fail"),
    ("line_failure_rate", Plan.line_failure_rate, "share of the lines that fail"),
)
SECRETS = "Credentials: DEMO_BASIC_AUTH=user:password or DEMO_BEARER_TOKEN in the environment, or --basic-auth-file."


def main() -> int:
    """Runs until SIGTERM or SIGINT."""
    options = parser().parse_args()
    try:
        serve(options)
    except OSError as error:
        sys.stderr.write(f"demo: {error}\n")
        return 3
    return 0


def serve(options: argparse.Namespace) -> None:
    """Opens the socket, says where, and waits for a signal."""
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, ended.set)
    plan = Plan(**{name: getattr(options, f"batch_{name}") for name, *_ in BATCH_OPTIONS})
    routes = (*Shop().routes(), *BatchApi(plan).routes())
    target = Target(routes, access_from(os.environ, options.basic_auth_file))
    listener = Listener(target, Address(options.host, options.port, tls_context(options)))
    listener.open()
    sys.stdout.write(f"demo: listening on {listener.address}\n")
    sys.stdout.flush()
    ended.wait()


def tls_context(options: argparse.Namespace) -> ssl.SSLContext | None:
    """Returns the server's TLS set-up, None where no certificate was given."""
    if options.cert is None:
        return None
    # gevent's own context: with Python's, one client that says nothing would keep all others waiting.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    if options.client_ca:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


if __name__ == "__main__":
    sys.exit(main())
