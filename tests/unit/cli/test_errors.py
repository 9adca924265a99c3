"""What is proposed instead of a word that nobody knows."""

import pytest

from swarmfile.cli.errors import did_you_mean, nearest


def test_the_most_similar_word_comes_first() -> None:
    assert nearest("sparke", ["smoke", "load", "spike"])[0] == "spike"


@pytest.mark.parametrize(
    ("word", "known", "proposal"),
    [
        ("usres", ["users", "runTime"], "did you mean users?"),
        ("P95thresholdms", ["p95ThresholdMs"], "did you mean p95ThresholdMs?"),
        ("colour", ["b", "a"], "write one of a, b"),
        ("x", [], "nothing is allowed here"),
    ],
)
def test_a_close_word_is_proposed_else_all_that_exist(word: str, known: list[str], proposal: str) -> None:
    assert did_you_mean(word, known) == proposal
