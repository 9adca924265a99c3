import pytest

from swarmfile.metrics.families import cleaned, counter, gauge, histogram


def test_what_is_unknown_is_not_told() -> None:
    assert gauge("g", "", ("a",), [(["x"], None), (["y"], 0)]).series == [(("y",), (0,))]


def test_a_counters_samples_are_called_total() -> None:
    assert [sample.name for sample in counter("c", "", (), [((), 1)]).metric().samples] == ["c_total"]


def test_a_histogram_ends_with_all_that_was_counted_and_their_sum() -> None:
    samples = histogram("h", "", (), [0.5], [((), [1], 3, 4.5)]).metric().samples
    assert [(sample.name, sample.labels.get("le"), sample.value) for sample in samples] == [
        ("h_bucket", "0.5", 1),
        ("h_bucket", "+Inf", 3),
        ("h_count", None, 3),
        ("h_sum", None, 4.5),
    ]


def test_numbers_come_in_the_order_of_the_samples() -> None:
    family = histogram("h", "", ("a",), [0.5, 2], [(["x"], [1, 2], 3, 4.5), (["y"], [0, 0], 0, 0.0)])
    assert list(family.numbers()) == [sample.value for sample in family.metric().samples]


@pytest.mark.parametrize(("label", "told"), [("\ud800", "?"), ("ünï", "ünï"), ("a", "a"), (1, "1")])
def test_a_label_can_be_written_as_utf_8(label: str, told: str) -> None:
    assert cleaned([label]) == (told,)
