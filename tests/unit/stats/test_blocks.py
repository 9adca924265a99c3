"""Blocks read back as they were written, and what somebody else wrote is read within limits."""

import gzip

import pytest

from swarmfile.stats.blocks import MOST_LINE_BYTES, Block, merged, packed, unpacked
from swarmfile.stats.distribution import Figures

FIRST = Block(0.0, 9.5, Figures(3, 1, times={1.23: 2, 147.0: 1}), {"GET /a": Figures(3, 1, times={1.23: 2, 147.0: 1})})
SECOND = Block(10.0, 10.0, Figures(2, 0, times={1.23: 2}), {"GET /a": Figures(1, 0, times={1.23: 1}), "ü\n": Figures()})


def test_parts_one_after_the_other_are_a_file() -> None:
    first, second = unpacked(packed(FIRST) + packed(SECOND))
    assert first == FIRST
    assert (second.length_s, second.total, second.endpoints["GET /a"]) == (
        10.0,
        SECOND.total,
        Figures(1, times={1.23: 1}),
    )
    assert r"ü\n" in second.endpoints, "a name commands no terminal"


def test_neighbours_become_one() -> None:
    [both] = merged([FIRST, SECOND], 2)
    assert (both.at_s, both.length_s) == (0.0, 19.5)
    assert both.figures(None) == Figures(5, 1, times={1.23: 4, 147.0: 1})
    assert both.figures("GET /a").requests == 4
    assert both.figures("GET /b").requests == 0


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        packed(FIRST)[:-9],
        gzip.compress(b'["GET /a",1,0,[1],[1]]\n'),
        gzip.compress(b'{"at_s":0,"length_s":-1,"all":[0,0,[],[]]}\n'),
        gzip.compress(b'{"at_s":0,"length_s":1e999,"all":[0,0,[],[]]}\n'),
        gzip.compress(b'{"at_s":0,"length_s":1,"all":[0,0,[1],[]]}\n'),
        gzip.compress(b'{"at_s":0,"length_s":1,"all":["1",0,[],[]]}\n'),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b" " * (MOST_LINE_BYTES + 2)),
    ],
)
def test_what_holds_no_blocks_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^(it|'|is|Expecting|Extra|zip|1e999)"):
        unpacked(content)
