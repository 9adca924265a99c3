import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmfile.untrusted.text import MOST, one_line, plain, plain_lines


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("GET /ü 🙂", "GET /ü 🙂", "GET /ü 🙂"),
        ("a\tb\nc", "a\\tb\\nc", "a\tb\nc"),
        ("\x1b]52;c;eA==\x07", "\\x1b]52;c;eA==\\x07", "\\x1b]52;c;eA==\\x07"),
        ("\x9b2J\x7f\x00\r", "\\x9b2J\\x7f\\x00\\r", "\\x9b2J\\x7f\\x00\\r"),
        ("safe\u202etxt.exe\ud800", "safe\\u202etxt.exe\\ud800", "safe\\u202etxt.exe\\ud800"),
    ],
)
def test_control_characters_are_shown_as_such(text: str, line: str, lines: str) -> None:
    assert plain(text) == line
    assert plain_lines(text) == lines


@given(st.text(st.characters()))
def test_what_comes_out_is_one_line_that_can_be_written(text: str) -> None:
    assert len(plain(text).splitlines()) <= 1
    assert plain(text).encode().decode() == plain(text)
    assert plain(plain(text)) == plain(text)


def test_a_long_text_keeps_beginning_and_end_and_says_what_is_missing() -> None:
    shortened = one_line("first\n" + "y" * 1_000_000 + "last")
    assert shortened.startswith("first\\nyyy")
    assert shortened.endswith("yyylast")
    assert " [999,010 characters left out] " in shortened
    assert len(shortened) < MOST + 50
