"""Archives that nobody of us wrote."""

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable

import pytest

from swarmfile.sidecar import archive as sidecar_archive
from swarmfile.sidecar.archive import MOST_BYTES, DamagedError, unpacked
from swarmfile.sidecar.record import archived


def tar_of(*entries: tarfile.TarInfo, content: bytes = b"", form: int = tarfile.PAX_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as tar:
        for entry in entries:
            entry.size = len(content) if entry.isreg() else 0
            tar.addfile(entry, io.BytesIO(content))
    return gzip.compress(file.getvalue())


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_files_are_read_whoever_packed_them(form: int) -> None:
    assert unpacked(tar_of(entry("a.csv"), entry("ü b.csv"), content=b"x" * 513, form=form)) == {
        "a.csv": b"x" * 513,
        "ü b.csv": b"x" * 513,
    }


def test_what_we_write_is_read() -> None:
    files = {"größe-" + "x" * 120: b"1", "empty": b"", "block": b"b" * 512}
    assert unpacked(archived(files)) == files


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "..", ".", ".bashrc", "a/b", "c:\\x", "\x1b[2J"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(DamagedError, match="is no name of a file"):
        unpacked(tar_of(entry(name), content=b"x"))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, b"S"]
)
def test_only_plain_files_are_taken(kind: bytes) -> None:
    with pytest.raises(DamagedError, match=r"'a/?' is no plain file"):
        unpacked(tar_of(entry("a", kind, "/etc/passwd"), form=tarfile.USTAR_FORMAT))


def flood() -> bytes:
    return gzip.compress(bytes(1024) + b"x" * (2 * MOST_BYTES), 1)


def crowd() -> bytes:
    return tar_of(*(entry(f"{number}") for number in range(501)))


def cut_off() -> bytes:
    return gzip.compress(gzip.decompress(tar_of(entry("a"), content=b"x" * 2000))[:1024])


def without_size() -> bytes:
    return gzip.compress(b"a".ljust(124, b"\0") + b"-1".ljust(388, b" "))


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        (flood, "becomes more than 134,217,728 bytes"),
        (crowd, "more than 500 files"),
        (cut_off, "a file in it is cut off"),
        (without_size, "a size in it is no number"),
        (lambda: b"no gzip", "incorrect header check"),
        (lambda: tar_of(entry("a"))[:-9], "its end is missing"),
    ],
)
def test_what_is_too_much_or_broken_is_refused(archive: Callable[[], bytes], why: str) -> None:
    with pytest.raises(DamagedError, match=why):
        unpacked(archive())


def test_one_file_has_a_limit_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sidecar_archive, "MOST_FILE_BYTES", 10)
    with pytest.raises(DamagedError, match="a is larger than 10 bytes"):
        unpacked(tar_of(entry("a"), content=b"x" * 11))


def test_a_flood_takes_no_more_memory_than_the_limit() -> None:
    archive = flood()
    tracemalloc.start()
    with pytest.raises(DamagedError):
        unpacked(archive)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2.5 * MOST_BYTES
