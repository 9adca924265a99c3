"""Keys that were renamed are named where a repository still writes them."""

from pathlib import Path

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.project.renamed import Renamed, flaws, old_keys

RENAMES = [
    Renamed("0.2.0", "test", "assertions.p95", "assertions.p95ThresholdMs"),
    Renamed("0.3.0", "locust", "master.flags", "master.args"),
]


def test_each_old_key_is_a_line_with_its_file_and_its_new_name(own: Path) -> None:
    (own / "config" / "smoke" / "test.yml").write_text("assertions: {p95: 0}\n")
    defaults = own / "helm-default-values" / "locust.yml"
    defaults.write_text(defaults.read_text().replace("\nmaster:\n", "\nmaster:\n  flags: []\n"))
    assert list(old_keys(Clone(own), RENAMES)) == [
        "config/smoke/test.yml: assertions.p95 is assertions.p95ThresholdMs since 0.2.0; rename it",
        "helm-default-values/locust.yml: master.flags is master.args since 0.3.0; rename it",
    ]


def test_new_names_are_no_old_keys(own: Path) -> None:
    assert list(old_keys(Clone(own), RENAMES)) == []


def test_what_the_chart_refuses_is_a_line_for_each_type(own: Path) -> None:
    assert list(flaws(Clone(own))) == []
    (own / "config" / "load" / "test.yml").write_text("assertions: {p95ThresholdMs: fast}\n")
    (line,) = flaws(Clone(own))
    assert line.startswith('config/load/test.yml: assertions.p95ThresholdMs: "fast" is not a number; ')
