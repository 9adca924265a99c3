"""What is measured: which requests, with how many users, by whom."""

from dataclasses import dataclass

TOOLS = ("swarm", "fast", "http", "k6", "wrk")
NAMES = {"swarm": "SwarmHttpUser", "fast": "FastHttpUser", "http": "HttpUser", "k6": "k6", "wrk": "wrk"}


@dataclass(frozen=True)
class Case:
    """One row: requests of one kind, sent by `users` users without pause."""

    kind: str
    users: int
    tools: tuple[str, ...] = TOOLS

    @property
    def title(self) -> str:
        """The row's name in tables."""
        return f"{KINDS[self.kind]}, {self.users} user{'s' if self.users > 1 else ''}"


KINDS = {
    "small": "GET 13 bytes",
    "10k": "GET 10 KB",
    "100k": "GET 100 KB",
    "post": "POST JSON",
    "tls": "GET 13 bytes over TLS",
    "cookies": "GET 13 bytes with cookies",
    "unique": "GET 13 bytes, header block never the same",
    "named": "GET 13 bytes, URL never the same",
    "listener": "GET 13 bytes with a request listener of the script's own",
    "framework": "GET 13 bytes with all of swarmfile's plugin",
}
# A listener and the plugin are Locust's; k6 and wrk run the plain request there.
USERS = (1, 10, 50, 500, 1000)
USERS_OF_KINDS = 50


def cases(quick: bool) -> list[Case]:
    """Returns all rows, or a few for a first look."""
    small = [Case("small", users) for users in ((10, 500) if quick else USERS)]
    others = [Case(kind, USERS_OF_KINDS) for kind in KINDS if kind != "small"]
    return small + (others[2:4] if quick else others)
