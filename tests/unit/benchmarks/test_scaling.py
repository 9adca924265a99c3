from benchmarks.scaling import Row, median, table

ROWS = [Row(1, 60_000.0, 61_000.0, True, 0), Row(2, 114_000.0, 59_000.0, True, 0)]


def test_the_table_says_how_many_times_one_worker_it_is() -> None:
    assert table(ROWS)[2:] == ["| 1 | 60,000 | 1.00 | 61,000 | yes | 0 |", "| 2 | 114,000 | 1.90 | 59,000 | yes | 0 |"]


def test_of_several_runs_the_one_in_the_middle_counts() -> None:
    runs = [Row(1, rate, 0.0, False, 0) for rate in (3.0, 1.0, 2.0, 4.0)]
    assert median(runs) == runs[2]
