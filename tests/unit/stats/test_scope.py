"""Which requests a scope counts, and how it is written."""

import pytest

from swarmfile.definition.grammar import parse
from swarmfile.stats.scope import Scope, ScopeKind, quote


@pytest.mark.parametrize(
    ("scope", "method", "name", "is_in"),
    [
        ("all", "GET", "/a", True),
        ('"GET /a"', "GET", "/a", True),
        ('"GET /a"', "POST", "/a", False),
        ('"/a"', "POST", "/a", True),
        ('"/a"', "POST", "/a/b", False),
        ("/api/.*", "GET", "/api/users", True),
        ("/api/.*", "GET", "/v1/api/users", False),
        ("POST /api/.*", "GET", "/api/users", False),
        ("POST", "POST", "/anything", True),
        ("POST", "GET", "/anything", False),
    ],
)
def test_a_scope_matches_requests(scope: str, method: str, name: str, is_in: bool) -> None:
    assert parse(f"p95 of {scope} < 1s").scope.matches(method, name) is is_in


def test_values_are_no_requests() -> None:
    assert not Scope(ScopeKind.VALUE, "/a").matches("GET", "/a")


def test_a_name_with_quotes_is_written_as_the_grammar_reads_it() -> None:
    name = 'say "a" \\ b'
    assert parse(f"p95 of {quote(name)} < 1s").scope == Scope(ScopeKind.NAME, name)
