"""Finds the proxy that HTTP_PROXY, HTTPS_PROXY and NO_PROXY name for a URL.

In bare Locust no user asks them. HttpUser does once requests may; FastHttpUser with these options.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment

from requests.utils import get_environ_proxies, select_proxy

DEFAULT_PORT = 80


def proxy_options(url: str) -> dict[str, Any]:
    """Returns geventhttpclient's proxy arguments for a URL, none where it is reached directly."""
    proxy = select_proxy(url, get_environ_proxies(url))
    if not proxy:
        return {}
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    options = {"proxy_host": parts.hostname, "proxy_port": parts.port or DEFAULT_PORT}
    if parts.username:
        options |= {"proxy_user": unquote(parts.username), "proxy_password": unquote(parts.password or "")}
    return options


def proxy_secrets() -> Iterator[str]:
    """Yields the passwords that the variables hold."""
    for proxy in getproxies_environment().values():
        password = urlsplit(proxy).password if "://" in proxy else None
        if password:
            yield password
            yield unquote(password)
