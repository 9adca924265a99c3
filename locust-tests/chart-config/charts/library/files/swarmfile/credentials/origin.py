"""Says which requests go to the tested host: same scheme, host and port."""

from urllib.parse import urlsplit

Origin = tuple[str, str, int]
DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> Origin | None:
    """Returns scheme, host and port of an http(s) URL; None for anything that is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, ascii_host(parts.hostname), port) if parts.hostname else None


def ascii_host(host: str) -> str:
    """Returns the host as it is resolved, so that both spellings of an international name are one host."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def has_credentials(url: str) -> bool:
    """Returns whether a URL carries a user name or password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.username or parts.password)
