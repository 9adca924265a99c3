"""The chart's README and schema say what values.yaml says."""

from pathlib import Path

import pytest

from tools import chart_docs


@pytest.mark.parametrize("path", chart_docs.documents(), ids=lambda path: path.name)
def test_make_docs_would_change_nothing(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == chart_docs.documents()[path], f"{path.name} is stale: run make docs"


def test_the_schema_knows_no_value_that_values_yaml_lacks() -> None:
    import json

    import yaml

    schema = json.loads((chart_docs.CHART / "values.schema.json").read_text())
    values = yaml.safe_load((chart_docs.CHART / "values.yaml").read_text())
    # helm adds `global` to every chart's values, and to ours those of the chart inside it; engine is refused by name.
    assert set(schema["properties"]) - {"global", "library", "engine"} == set(values)
