"""Writes the report: one HTML file that fetches nothing. Whatever a run recorded is text in it, never markup."""

from pathlib import Path

import yaml
from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup

from swarmfile.cli.report import words
from swarmfile.cli.report.charts import HEIGHT, WIDTH, charts
from swarmfile.cli.report.data import Report
from swarmfile.untrusted.text import plain_lines

FOLDER = Path(__file__).parent
SIGNS = {"PASS": "✓", "FAIL": "✗", "INVALID": "!", "RUNNING": "…"}


def page(report: Report) -> str:
    """Returns the file's text."""
    # What a folder lacks is a dash.
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,
    )
    environment.filters |= {
        name: getattr(words, name) for name in ("number", "milliseconds", "share", "clock", "moment")
    }
    text = environment.get_template("page.html").render(
        report=report,
        charts=charts(report),
        box=f"0 0 {WIDTH} {HEIGHT}",
        sign=SIGNS.get(report.outcome, "?"),
        settings=settings(report),
        style=_own("page.css"),
        script=_own("page.js"),
    )
    return plain_lines(text)


def settings(report: Report) -> str:
    """Returns the test definition as people write it."""
    content = report.metrics.get("settings")
    try:
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100) if content else ""
    except RecursionError:
        return "It is nested too deeply to be shown."


def _own(name: str) -> Markup:
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
