"""The lowest versions that docs/kubernetes.md names are those that the tests run."""

import re

import pytest

from tests.chart.test_cases import LOWEST
from tests.pages import ROOT

PAGE = (ROOT / "docs" / "kubernetes.md").read_text("utf-8")


def lowest(needed: str) -> str:
    """Returns the first version of a row of the table."""
    (found,) = re.findall(rf"^\| {needed} \| (\d+\.\d+)", PAGE, re.MULTILINE)
    return str(found)


def pinned(tool: str, module: str) -> str:
    """Returns major and minor version of what tools/<tool>/go.mod builds."""
    (found,) = re.findall(rf"\b{module} v(\d+\.\d+)", (ROOT / "tools" / tool / "go.mod").read_text("utf-8"))
    return str(found)


@pytest.mark.parametrize(
    ("needed", "tool", "module"),
    [("Helm", "helm3", "helm.sh/helm/v3"), ("helmfile", "helmfile", "github.com/helmfile/helmfile")],
)
def test_the_lowest_version_is_the_one_that_is_built(needed: str, tool: str, module: str) -> None:
    assert lowest(needed) == pinned(tool, module)


def test_every_case_is_rendered_for_the_lowest_kubernetes() -> None:
    assert lowest("Kubernetes, kubectl") == LOWEST


def test_a_helmfile_that_is_too_old_is_told_the_lowest() -> None:
    text = (ROOT / "helmfile.yaml.gotmpl").read_text("utf-8")
    assert re.findall(r"install (\d+\.\d+) or", text) == [lowest("helmfile")]
