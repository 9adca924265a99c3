"""Scripts, modules and data reach their ConfigMap byte for byte, whatever is in them."""

import base64
from pathlib import Path

import pytest

from tests.chart.rendering import CHART, HOST, manifests, of_kind, run

NASTY = {
    "commas and braces": "from locust import HttpUser, task\nx = {'a': [1, 2], **{}}\n",
    "backslashes and quotes": "a = '\\\\n\\t\"' + \"'\" + r'\\d+' + '''x'''\n",
    "templates": "a = '{{ .Values.x }}' '{% raw %}' '${HOME}' '$(id)'\n",
    "blanks": "\n\n  a = 1  \t\n\tb = 2\t \n   ",
    "carriage returns": "a = 1\r\nb = 2\r\n",
    "no newline at the end": "a = 1",
    "separators": "---\na: b\n...\n--- # not a document\n",
    "other scripts": "a = 'Grüße, 世界 🐝 \u2028 \u00a0'\n",
    "odd characters": "a = '\x01\x7f\u0085\ufeff\ufffd'\n",
    "300 KB": '# {{ , \\ " \n' * 25000,
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_every_byte_arrives(helm: Path, text: str, tmp_path: Path) -> None:
    file = tmp_path / "content"
    file.write_bytes(text.encode())
    keys = ["locustfile.inline", "libs.files.mine\\.py", "testData.files.some\\.txt"]
    # Together they must stay below what a release holds.
    given = [f"--set-file={key}={file}" for key in (keys if len(text) < 100_000 else keys[:1])]
    made = run(helm, "template", "t", str(CHART), "--set", f"loadTest.host={HOST}", *given)
    assert made.returncode == 0, made.stderr
    assert contents(made.stdout).count(text.encode()) == len(given)


def contents(rendered: str) -> list[bytes]:
    maps = [one for one in manifests(rendered) if one["kind"] == "ConfigMap"]
    return [
        *(value.encode() for one in maps for value in one.get("data", {}).values()),
        *(base64.b64decode(value) for one in maps for value in one.get("binaryData", {}).values()),
    ]


def test_a_literal_on_the_command_line_arrives(helm: Path) -> None:
    script = "from locust import HttpUser, task\nx = {'a': '\\\\d'}  # {{ x }}"
    made = run(
        helm,
        "template",
        "t",
        str(CHART),
        "--set-literal",
        f"locustfile.inline={script}",
        "--set",
        f"loadTest.host={HOST}",
    )
    assert list(of_kind(manifests(made.stdout), "ConfigMap", "-scripts")["data"].values()) == [script]
