"""Judges the address of the system under test before a process is started."""

import re
from urllib.parse import urlsplit

from swarmfile.errors import BadInputError

_EXAMPLE = "write http:// or https://, a host name and perhaps a port, for example https://example.com"
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]+\]")


def checked_host(host: str, source: str) -> str:
    """Returns the address without a slash at the end; raises BadInputError, naming its source, where it is none."""
    if not host:
        raise BadInputError(f"HOST is not set; {_EXAMPLE}, as HOST or --host")
    try:
        address = urlsplit(host)
        port_is_fine = address.port is None or address.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or re.search(r"\s", host) or not _is_address(host):
        raise BadInputError(f"{source}: {host!r} is not an address; {_EXAMPLE}")
    return host.rstrip("/")


def _is_address(host: str) -> bool:
    address = urlsplit(host)
    # A user name in the address would reach the log and every report.
    if address.scheme not in ("http", "https") or "@" in address.netloc or address.query or address.fragment:
        return False
    name = address.netloc.rsplit(":", 1)[0] if address.port is not None else address.netloc
    return _NAME.fullmatch(name) is not None
