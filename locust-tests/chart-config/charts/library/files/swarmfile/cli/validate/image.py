"""Which modules Locust's own image has: those of Locust's package and of everything that it requires."""

import importlib.metadata
import re
from functools import lru_cache


def in_the_image(module: str) -> bool:
    """Whether a module, by the name in `import`, comes with the Locust that this command line is installed beside."""
    return bool(_required() & {_normal(name) for name in importlib.metadata.packages_distributions().get(module, ())})


@lru_cache
def _required() -> frozenset[str]:
    found: set[str] = set()
    waiting = ["locust"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _requirements(name)
    return frozenset(found)


def _requirements(name: str) -> list[str]:
    """Without extras: the image is made of none."""
    try:
        lines = importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [_normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in lines if "extra ==" not in line]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
