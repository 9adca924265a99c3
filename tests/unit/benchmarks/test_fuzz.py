from itertools import repeat

import pytest

from benchmarks.fuzz import fuzz
from swarmfile.http import chunks as http_chunks


def test_the_parser_holds_what_the_fuzzer_asks() -> None:
    turns = repeat(True, 150)
    tried, findings = fuzz(1, lambda: next(turns, False))
    assert findings == []
    assert set(tried.values()) == {150}


def test_the_fuzzer_finds_a_parser_that_reads_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = repeat(True, 150)
    right = http_chunks.ChunkReader.feed
    monkeypatch.setattr(http_chunks.ChunkReader, "feed", lambda self, data: [part[:40] for part in right(self, data)])
    assert fuzz(1, lambda: next(turns, False))[1]
