"""docs/addresses.md lists every address that the shipped files name, each with the files that do."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.pages import ROOT, table

SHIPPED = ("helmfile.yaml.gotmpl", "config", "helm-default-values", "locust-tests", "examples", "image", ".github")
# An address that is written out, without its version; what a template fills in is named where its value stands.
ADDRESS = re.compile(
    r"""(?:^[ ]*(?:- )?(?:image|container|uses|repository):[ ]+|^FROM[ ]+|"image\.repository"[ ]+|"\$schema":[ ]+)"?"""
    r"""(?:docker\.io/)?(?P<plain>[a-z][\w./:#-]*?)(?:[:@]v?[\d.]+)?"?(?=[\s,)]|$)|(?P<oci>oci://[\w./-]+[\w])""",
    re.MULTILINE,
)


def files() -> Iterator[Path]:
    for place in SHIPPED:
        path = ROOT / place
        inside = path.rglob("*") if path.is_dir() else [path]
        yield from (each for each in inside if each.is_file() and each.suffix not in (".py", ".pyc", ".md", ".csv"))


def written() -> dict[str, set[str]]:
    """Returns the files that name an address, by address."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in files():
        for match in ADDRESS.finditer(path.read_text("utf-8")):
            if "registry.example.com" in match[0]:
                # A reader's own.
                continue
            found[match["plain"] or match["oci"]].add(str(path.relative_to(ROOT)))
    return dict(found)


def test_the_page_lists_the_addresses_that_are_written_and_no_other() -> None:
    rows = table(ROOT / "docs" / "addresses.md", "Addresses")
    listed = {row[0].strip("`"): set(re.findall(r"`([^`]+)`", row[2])) for row in rows}
    assert len(listed) == len(rows)
    assert listed == written()
