"""What `make demo` runs; tests/local/test_show.py really runs it."""

from collections.abc import Sequence

import pytest

from demo import show


def test_the_smoke_test_runs_for_20_s_with_two_workers_against_a_target_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Sequence[str]] = []

    def note(arguments: Sequence[str]) -> int:
        asked.append(arguments)
        return 1

    monkeypatch.setattr(show, "exit_code", note)
    monkeypatch.setattr("sys.argv", ["show", "--results=out"])
    assert show.main() == 1
    assert asked[0][:2] == ["run", "smoke"]
    assert {"--host", "--workers", "2", "--run-time", "20s", "--results=out"} <= set(asked[0])
