"""Makes what repeats the chart's values.yaml: its README's table, values.schema.json and files/defaults.json; and what
repeats Locust's parser, files/locust-options.json.

    python -m tools.chart_docs [--check]

values.yaml is the only place where a value is described, its rules and its default stand; templates cannot read it and
take the default of what a user set to null from files/defaults.json. --check writes nothing and fails when something is
stale.
"""

import json
import sys
from pathlib import Path

from tools import chart_schema, chart_values
from tools.chart_values import Value
from tools.locust_options import locust_options

CHART = Path(__file__).parents[1] / "locust-tests" / "chart-config"
START, END = "<!-- values: made by make docs -->\n", "<!-- end of values -->\n"


def main(arguments: list[str]) -> int:
    """Writes what is made of values.yaml anew. Returns 1 where --check finds one stale."""
    made = documents()
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.name} is stale: run make docs\n")
        return bool(stale)
    for path in stale:
        path.write_text(made[path], encoding="utf-8")
    return 0


def documents(chart: Path = CHART) -> dict[Path, str]:
    """Returns what the generated files of a chart should hold. Raises UndescribedError."""
    read = chart_values.read(chart / "values.yaml")
    readme = chart / "README.md"
    defaults = {value.path: value.default for value in read.values if value.default is not None}
    return {
        chart / "files" / "defaults.json": _as_json(defaults),
        chart / "files" / "locust-options.json": _as_json(dict(locust_options())),
        chart / "values.schema.json": _as_json(chart_schema.schema_of(read)),
        readme: with_table(readme.read_text(encoding="utf-8"), read.values),
    }


def _as_json(tree: dict[str, object]) -> str:
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def with_table(readme: str, values: tuple[Value, ...]) -> str:
    """Returns the README with the table of values between its two marks."""
    rows = [f"| `{value.path}` | `{_short(value.default)}` | {_cell(value.comment)} |\n" for value in values]
    head = "| Value | Default | Meaning |\n|---|---|---|\n"
    before, rest = readme.split(START)
    return before + START + head + "".join(rows) + END + rest.split(END)[1]


def _short(default: object) -> str:
    return json.dumps(default, ensure_ascii=False)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
