"""Scripts, modules and data reach their ConfigMap byte for byte, whatever is in them."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chart.rendering import CHART, HOST, manifests, of_kind, render, run

SETTINGS = ("ConfigMap", "-settings")
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


def test_packages_that_cannot_be_installed_end_the_pod_in_one_line(helm4: Path, tmp_path: Path) -> None:
    settings = of_kind(render(helm4, {"loadTest": {"host": HOST}, "pipPackages": ["no-such-thing==9"]}), *SETTINGS)
    (tmp_path / "requirements.txt").write_text(settings["data"]["requirements.txt"])
    script = settings["data"]["docker-entrypoint.sh"].replace("/etc/swarmfile", str(tmp_path))
    pod = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PIP_NO_INDEX": "1"}
    ended = subprocess.run(["sh", "-c", script], env=pod, capture_output=True, text=True, check=False)
    assert ended.returncode == 3, ended.stderr
    assert "no-such-thing==9" in ended.stderr
    assert ended.stderr.splitlines()[-1] == (
        "swarmfile: pipPackages, pipRequirements: pip could not install what stands there; its reason stands above"
    )
