"""Packages that a script imports: asked of pip only where something is missing."""

import zipfile
from pathlib import Path

import pytest

from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.packages import install


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, and a pip that reaches no index."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return tmp_path / "cache" / "swarmfile" / "packages"


@pytest.fixture
def wheel(tmp_path: Path) -> str:
    path = tmp_path / "wheelhouse" / "tinything-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tinything.py", "answer = 42\n")
        archive.writestr("tinything-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n")
        archive.writestr("tinything-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tinything-1.0.dist-info/RECORD", "")
    return f"tinything @ {path.as_uri()}"


def test_a_package_is_installed_once(wheel: str, cache: Path) -> None:
    folder = install([wheel])
    assert folder is not None
    assert (folder / "tinything.py").read_text() == "answer = 42\n"
    made = folder.stat().st_mtime_ns
    assert install([wheel]) == folder
    assert (folder.stat().st_mtime_ns, list(cache.iterdir())) == (made, [folder])


def test_nothing_is_installed_where_nothing_is_missing(cache: Path) -> None:
    assert install(["locust", "click>=8"]) is None
    assert not cache.exists()


def test_a_package_that_cannot_be_had_is_one_line(cache: Path) -> None:
    with pytest.raises(
        BadInputError, match=r"^pipPackages: pip cannot install no-such-thing==9: .*no-such-thing==9.*$"
    ):
        install(["no-such-thing==9"])
    assert list(cache.iterdir()) == []
