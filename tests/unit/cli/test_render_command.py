from pathlib import Path

import pytest

from swarmfile.cli.main import exit_code
from swarmfile.cli.render_command import manifests_in, secret_line

ROOT = Path(__file__).parents[3]
TEXT = """\
---
# Source: swarmfile/templates/a.yaml
kind: ConfigMap
metadata: {name: one}
data:
  text: |
    ---
    # Source: other/templates/b.yaml
---
# Source: locust/templates/secret.yaml
kind: Secret
metadata: {name: two}
data: {b: c2VjcmV0}
stringData: {a: secret}
---
"""


def test_objects_are_told_apart_by_chart_and_what_looks_like_one_in_a_text_is_none() -> None:
    one, two = manifests_in(TEXT)
    assert (one.chart, one.is_secret, two.chart, two.is_secret) == ("swarmfile", False, "locust", True)
    assert one.content["data"]["text"].startswith("---")


def test_of_a_secret_only_name_and_keys_are_said() -> None:
    *_, secret = manifests_in(TEXT)
    line = "Secret two is not written: create it in namespace n with a, b"
    assert secret_line(secret.content, "n") == line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["smoek"], "smoek: there is no such test type; write one of smoke"),
        (["smoke"], "HOST is not set; write http:// or https://"),
        (["smoke", "--host", "shop"], "HOST: 'shop' is not an address; write http:// or https://"),
        (
            ["smoke", "--host", "http://a", "--name", "Shop"],
            "--name: 'Shop' is no name; write at most 20 small letters",
        ),
        (["smoke", "--host", "http://a"], "helmfile is not on PATH; swarmfile render needs helmfile and helm"),
    ],
)
def test_bad_input_is_one_line(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for variable in ("HOST", "NAME", "NAMESPACE", "RUN_ID"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert exit_code(["render", *arguments, "-o", str(tmp_path / "out"), "--directory", str(ROOT)]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"swarmfile: {sentence}")
    assert not (tmp_path / "out").exists()
