"""How fast a password can be guessed, by a clock of the test's own."""

import pytest

from swarmfile.credentials.web_guesses import LONGEST_WAIT_S, MOST_ADDRESSES, TOGETHER, Guesses


def guess(guesses: Guesses, address: str, seconds: float, every_s: float = 0.1) -> int:
    """Returns how many wrong logins were looked at within some seconds."""
    looked_at = 0
    for step in range(int(seconds / every_s)):
        now = step * every_s
        if not guesses.wait_s(address, now):
            guesses.wrong(address, now)
            looked_at += 1
    return looked_at


@pytest.mark.parametrize(("seconds", "most"), [(1, 1), (60, 7), (3600, 70)])
def test_one_address_guesses_ever_slower(seconds: float, most: int) -> None:
    assert 1 <= guess(Guesses(), "a", seconds) <= most


def test_a_first_typing_error_costs_a_second() -> None:
    guesses = Guesses()
    guesses.wrong("a", 100.0)
    assert (guesses.wait_s("a", 100.0), guesses.wait_s("a", 101.0)) == (1.0, 0.0)


def test_no_address_waits_longer_than_a_minute() -> None:
    guesses = Guesses()
    for _ in range(2000):
        guesses.wrong("a", 0.0)
    assert guesses.wait_s("a", 0.0) == pytest.approx(LONGEST_WAIT_S)


def test_a_right_login_from_the_same_address_makes_guessing_no_faster() -> None:
    guesses = Guesses()
    for _ in range(5):
        guesses.wrong("a", 0.0)
    guesses.right("a")
    assert guesses.wait_s("a", 0.0) == 16.0


def test_many_addresses_share_what_is_left_and_lock_nobody_out_who_logged_in_before() -> None:
    guesses = Guesses()
    guesses.right("known")
    looked_at = 0
    for number in range(1000):
        if not guesses.wait_s(f"10.0.0.{number}", 1.0):
            guesses.wrong(f"10.0.0.{number}", 1.0)
            looked_at += 1
    assert looked_at == TOGETHER
    assert guesses.wait_s("new", 1.0) == 6.0
    assert guesses.wait_s("new", 7.0) == 0.0
    assert guesses.wait_s("known", 1.0) == 0.0


def test_ever_new_addresses_do_not_fill_the_memory() -> None:
    guesses = Guesses()
    for number in range(2 * MOST_ADDRESSES):
        guesses.wrong(str(number), 0.0)
        guesses.right(str(number))
    assert len(guesses._wrong) == len(guesses._known) == MOST_ADDRESSES
