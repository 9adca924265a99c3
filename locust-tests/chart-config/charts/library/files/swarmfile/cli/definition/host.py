"""Judges the address of the system under test before a process is started."""

import re

from swarmfile.cli.errors import BadInputError

_EXAMPLE = "write http:// or https://, a host name and perhaps a port, for example https://example.com"
# The same as in helm-default-values/definition.yml.gotmpl. No user name: it would reach the log and every report.
_NAME = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?)"
_ADDRESS = re.compile(rf"https?://{_NAME}(?::(?P<port>[1-9][0-9]{{0,4}}))?(?:/[^\s?#\"'\\]*)?")
_HIGHEST_PORT = 65535


def checked_host(host: str, source: str) -> str:
    """Returns the address without a slash at the end; raises BadInputError, naming its source, where it is none."""
    if not host:
        raise BadInputError(f"HOST is not set; {_EXAMPLE}, as HOST or --host")
    found = _ADDRESS.fullmatch(host)
    if not found or int(found["port"] or 0) > _HIGHEST_PORT:
        raise BadInputError(f"{source}: {host!r} is not an address; {_EXAMPLE}")
    return host.rstrip("/")
