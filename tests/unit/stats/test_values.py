import pytest

from swarmfile.definition.grammar import parse
from swarmfile.stats.values import MAX_NAMES, ValueRecorder


@pytest.fixture
def values() -> ValueRecorder:
    return ValueRecorder()


def test_a_recorded_value_reaches_the_criterion_that_names_it(values: ValueRecorder) -> None:
    for value in (5, 15, 16):
        values.record("queue length", value)
    criterion = parse('value "queue length" < 10')
    figures = values.take()[str(criterion.scope)]
    assert criterion.reads(figures, 1) == 12
    assert parse('p100 of value "queue length" < 10').reads(figures, 1) == 16


def test_values_are_taken_once(values: ValueRecorder) -> None:
    values.record("a", 1)
    assert list(values.take()) == ['value "a"']
    assert values.take() == {}


def test_names_do_not_grow_for_ever(values: ValueRecorder) -> None:
    for number in range(MAX_NAMES):
        values.record(f"user {number}", 1)
    with pytest.raises(ValueError, match="take ids out of the name"):
        values.record("one more", 1)
    values.record("user 0", 1)
