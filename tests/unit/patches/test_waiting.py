"""What is said each second is logged when it is new, and then every ten seconds."""

import logging

from swarmfile.patches.waiting import PREFIX, Seldom


def record(text: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("root", logging.INFO, "main.py", 1, text, values, None)


def test_a_line_comes_again_after_ten_seconds_or_when_it_says_something_new() -> None:
    seconds = iter(range(25))
    seldom = Seldom(lambda: next(seconds))
    line = f"{PREFIX}, %s of %s connected"
    passed = [second for second in range(25) if seldom.filter(record(line, int(second >= 13), 2))]
    assert passed == [0, 10, 13, 23]


def test_other_lines_pass_as_often_as_they_come() -> None:
    seldom = Seldom()
    assert all(seldom.filter(record("Ramping to %d users", 3)) for _ in range(3))
