"""Writes the report: one HTML file that fetches nothing. Whatever a run recorded is text in it, never markup."""

import re
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from swarmfile.report import words
from swarmfile.report.charts import HEIGHT, WIDTH, charts
from swarmfile.report.data import Report

FOLDER = Path(__file__).parent
SIGNS = {"PASS": "✓", "FAIL": "✗", "INVALID": "!", "RUNNING": "…"}
# What no HTML may hold, however it was written.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def page(report: Report) -> str:
    """Returns the file's text."""
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True)
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
    return _NO_TEXT.sub("\ufffd", text)


def settings(report: Report) -> str:
    """Returns the test definition as people write it."""
    content = report.metrics.get("settings")
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100) if content else ""


def _own(name: str) -> Markup:
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
