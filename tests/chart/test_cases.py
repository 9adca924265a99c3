"""Every file in cases/ is a chart that Kubernetes would accept, from its lowest supported version to the newest."""

from pathlib import Path

import kubernetes_validate
import pytest

from tests.chart.rendering import CASES, CHART, manifests, run

LOWEST = "1.29"
NEWEST = ".".join(kubernetes_validate.latest_version().split(".")[:2])
FILES = sorted(CASES.glob("*.yaml"))


@pytest.mark.parametrize("case", FILES, ids=lambda path: path.stem)
def test_a_case_passes_the_strict_linter(helm: Path, case: Path) -> None:
    linted = run(helm, "lint", "--strict", str(CHART), "-f", str(case))
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("case", FILES, ids=lambda path: path.stem)
def test_both_versions_of_helm_render_the_same(helm3: Path, helm4: Path, case: Path) -> None:
    older, newer = (run(one, "template", "t", str(CHART), "-f", str(case)).stdout for one in (helm3, helm4))
    assert older
    # They order the manifests differently.
    assert sorted(map(str, manifests(older))) == sorted(map(str, manifests(newer)))


@pytest.mark.parametrize("version", [LOWEST, NEWEST])
@pytest.mark.parametrize("case", FILES, ids=lambda path: path.stem)
def test_a_case_renders_what_kubernetes_accepts(helm4: Path, case: Path, version: str) -> None:
    made = run(helm4, "template", "t", str(CHART), "-f", str(case), "--kube-version", version)
    assert made.returncode == 0, made.stderr
    documents = manifests(made.stdout)
    assert documents
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)
