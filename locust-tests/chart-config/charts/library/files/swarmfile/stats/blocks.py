"""Blocks of a run: what its requests were in each ten seconds or so, for comparing runs; and the file that keeps them.

The file is gzipped JSON, a value a line: an object begins a block, with `at_s` (since the run's start), `length_s` and
`all`, each array after it is one request: [name, requests, failures, [response times], [how many of each]].
"""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from swarmfile.stats.distribution import Figures
from swarmfile.untrusted.json_fields import LARGEST, loads
from swarmfile.untrusted.text import plain

# Neighbours within it may depend on each other, blocks of it hardly.
BLOCK_S = 10
# Whoever made the file: a megabyte may hold gigabytes of nothing.
MOST_TEXT_BYTES = 256 * 2**20
MOST_LINE_BYTES = 2**20
# Some milliseconds at most until the caller may do something else.
LINES_A_STEP = 40


@dataclass
class Block:
    """What was counted from at_s on, in seconds since the run's start, for length_s; endpoints by "METHOD name"."""

    at_s: float
    length_s: float
    total: Figures = field(default_factory=Figures)
    endpoints: dict[str, Figures] = field(default_factory=dict)

    def figures(self, endpoint: str | None) -> Figures:
        """Returns what is known of one endpoint; None: of all."""
        return self.total if endpoint is None else self.endpoints.get(endpoint, _NOTHING)

    def add(self, other: Block) -> None:
        """Counts what a later block counted."""
        for _ in self.adding(other):
            pass

    def adding(self, other: Block) -> Iterator[None]:
        """Does what `add` does, yielding after each few milliseconds."""
        self.length_s += other.length_s
        self.total.add(other.total)
        for number, (name, figures) in enumerate(other.endpoints.items()):
            self.endpoints.setdefault(name, Figures()).add(figures)
            if number % LINES_A_STEP == 0:
                yield


_NOTHING = Figures()


def merged(blocks: Iterable[Block], together: int) -> list[Block]:
    """Returns blocks of which each is so many neighbours."""
    longer: list[Block] = []
    for index, block in enumerate(blocks):
        if index % together == 0:
            longer.append(Block(block.at_s, 0.0))
        longer[-1].add(block)
    return longer


class Packing:
    """Compresses one block, a piece at a time; `content` is whole when `steps` are over."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._compressor = zlib.compressobj(wbits=31)
        self.content = b""

    def steps(self) -> Iterator[None]:
        """Yields after each few milliseconds of work."""
        for index, line in enumerate(_lines(self._block)):
            self.content += self._compressor.compress(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            if index % LINES_A_STEP == 0:
                yield
        self.content += self._compressor.flush()


def packed(block: Block) -> bytes:
    """Returns the block's part of the file: parts one after the other are a file."""
    packing = Packing(block)
    for _ in packing.steps():
        pass
    return packing.content


def unpacked(content: bytes) -> list[Block]:
    """Returns the blocks of a file that anyone may have written. Raises ValueError."""
    blocks: list[Block] = []
    for _ in unpacking(content, blocks):
        pass
    return blocks


def unpacking(content: bytes, blocks: list[Block]) -> Iterator[None]:
    """Adds what `unpacked` returns, yielding after each few milliseconds. Raises ValueError."""
    try:
        for number, line in enumerate(_unzipped(content)):
            _read(loads(line), blocks)
            if number % LINES_A_STEP == 0:
                yield
    except (OSError, EOFError, zlib.error, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"it holds no blocks of a run ({plain(str(error))[:80]})") from None


def _lines(block: Block) -> Iterator[Any]:
    yield {"at_s": round(block.at_s, 1), "length_s": round(block.length_s, 2), "all": _written(block.total)}
    for name, figures in block.endpoints.items():
        yield [name, *_written(figures)]


def _written(figures: Figures) -> list[Any]:
    return [figures.requests, figures.failures, list(figures.times), list(figures.times.values())]


def _unzipped(content: bytes) -> Iterator[bytes]:
    read = 0
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        while line := file.readline(MOST_LINE_BYTES + 1):
            read += len(line)
            if read > MOST_TEXT_BYTES or len(line) > MOST_LINE_BYTES:
                raise ValueError("it is larger than the blocks of a run are")
            yield line


def _read(line: Any, blocks: list[Block]) -> None:  # noqa: ANN401 - any JSON
    if isinstance(line, dict):
        at_s, length_s = (_number(line[key]) for key in ("at_s", "length_s"))
        blocks.append(Block(at_s, length_s, _figures(line["all"])))
    else:
        blocks[-1].endpoints[plain(str(line[0]))] = _figures(line[1:])


def _figures(fields: Any) -> Figures:  # noqa: ANN401
    requests, failures, values, counts = fields
    times = {float(_number(value)): int(_number(count)) for value, count in zip(values, counts, strict=True)}
    return Figures(int(_number(requests)), int(_number(failures)), times=times)


def _number(value: Any) -> float:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise ValueError("it holds what is no count and no time")
    return value
