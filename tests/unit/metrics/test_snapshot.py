import pytest

from swarmfile.metrics.snapshot import Row, read


def test_a_row_travels_as_a_list() -> None:
    row = Row("GET", "/a", 8, 1, 400.0, 400, 8, 5, 90, 50, 80, 90, 1.5, 0.2, [4, 8])
    assert Row(*row.wire()) == row


def test_a_row_without_requests_has_no_division_by_nothing() -> None:
    assert (Row("GET", "/a").average_ms, Row("GET", "/a").average_bytes) == (0, 0)


def test_other_json_is_no_snapshot() -> None:
    with pytest.raises((KeyError, TypeError)):
        read({"total": ["", "Aggregated"], "rows": [], "failures": [], "values": []})
