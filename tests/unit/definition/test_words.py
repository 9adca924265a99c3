import pytest

from swarmfile.definition.words import Line, Token, TokenKind, tokens, unknown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("p95<1s", ["p95", "<", "1s"]),
        ("p95 < 1s,abort", ["p95", "<", "1s", ",", "abort"]),
        (r'of "a \"b\" c" >= 1', ["of", 'a "b" c', ">=", "1"]),
        ("of /a{1,2}, warn", ["of", "/a{1,2}", ",", "warn"]),
        ("  ", []),
    ],
)
def test_a_line_is_cut_into(text: str, parts: list[str]) -> None:
    assert [token.text for token in tokens(text)] == parts


def test_words_are_taken_only_where_all_of_them_come() -> None:
    line = Line("error rate by")
    assert not line.takes("error", "by")
    assert line.takes("error", "rate")
    assert line.take() == Token(TokenKind.WORD, "by")
    assert line.take().kind is TokenKind.END


def test_a_word_that_is_near_to_none_gets_them_all() -> None:
    assert str(unknown("zzz", ["fail", "warn"], "consequence")) == (
        'unknown consequence "zzz": write one of fail, warn'
    )
