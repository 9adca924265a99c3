from collections.abc import Callable

import pytest

from benchmarks.cases import KINDS, TOOLS, Case, cases
from benchmarks.generators import COMMANDS, host, read_k6, read_locust, read_wrk

LOCUST = """[
    {"name": "/", "num_requests": 40, "num_failures": 1},
    {"name": "/b", "num_requests": 2, "num_failures": 0}
]
Type     Name  # reqs
"""
K6 = """
  █ TOTAL RESULTS
    HTTP
    http_req_failed......................: 2.38%  1 out of 42
    http_reqs............................: 42     20.9/s
"""
WRK = """Running 2s test @ http://127.0.0.1:8480/
  42 requests in 2.00s, 7.5KB read
  Non-2xx or 3xx responses: 1
"""


@pytest.mark.parametrize(("read", "output"), [(read_locust, LOCUST), (read_k6, K6), (read_wrk, WRK)])
def test_what_a_tool_reports_is_read(read: Callable[[str], tuple[int, int]], output: str) -> None:
    assert read(output) == (42, 1)


@pytest.mark.parametrize("read", [read_k6, read_wrk])
def test_a_tool_that_reports_nothing_is_an_error(read: Callable[[str], tuple[int, int]]) -> None:
    with pytest.raises(RuntimeError, match="printed no"):
        read("out of memory")


def test_only_tls_rows_ask_the_tls_port() -> None:
    assert [kind for kind in KINDS if host(Case(kind, 1)).startswith("https")] == ["tls"]


def test_every_tool_has_a_command_and_every_kind_a_row() -> None:
    assert set(COMMANDS) == set(TOOLS)
    assert {case.kind for case in cases(quick=False)} == set(KINDS)
