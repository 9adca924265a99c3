"""What the chart's README tells people to write works when it is pasted into a shell."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.chart.rendering import CHART, HOST, contents_of, environment, manifests, of_kind

README = (CHART / "README.md").read_text().split("## Values")[0]
# --set-string stands there as what does not work.
FLAGS = sorted(set(re.findall(r"`(--set(?!-string)[^` ]* [^`]+)`", README)))
COMMANDS = re.findall(r"^(helm install t (?:.*\\\n)*.*)$", README, re.MULTILINE)
FILES = {
    "my.py": "from locust import HttpUser, task\n",
    "helpers.py": "A = 1\n",
    "requirements.txt": "requests\n",
    "users.csv": "a,b\n",
    "orders.csv": "c\n",
    "data.jsonl": "{}\n",
}


def paste(helm: Path, command: str, folder: Path) -> str:
    """Runs the command in a folder with the files that it names. Returns what helm renders."""
    for name, content in FILES.items():
        (folder / name).write_text(content)
    rendering = command.replace("helm install", f"{helm} template").replace("./locust-tests/chart-config", str(CHART))
    done = subprocess.run(["bash", "-c", rendering], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("flags", FLAGS)
def test_flags_work_as_written(helm4: Path, flags: str, tmp_path: Path) -> None:
    rendered = paste(helm4, f"helm install t {CHART} --set loadTest.host={HOST} {flags}", tmp_path)
    for name in (name for name in FILES if name in flags):
        assert FILES[name].strip() in "".join(contents_of(rendered)), f"{name} did not arrive"


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_work_as_written(helm4: Path, command: str, tmp_path: Path) -> None:
    job = of_kind(manifests(paste(helm4, command, tmp_path)), "Job")
    if "selectedFile" in command:
        assert environment(job)["TEST_DATA_FILE"] == "/test_data/users.csv"


def test_set_string_breaks_a_script_as_the_readme_says(helm4: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="has no value"):
        paste(
            helm4,
            f'helm install t {CHART} --set loadTest.host={HOST} --set-string locustfile.inline="$(cat my.py)"',
            tmp_path,
        )
