"""`swarmfile render`: what helmfile would apply, as files that a repository may hold."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from swarmfile.cli.main import exit_code
from tests.helmfile.conftest import PROBE, ROOT, VARIABLES

SECRET_WORDS = ("s3cret-passw0rd", "s3cret-web")
# Client-side apply, as Argo CD does it, keeps a whole object in an annotation.
LARGEST_BYTES = 262_144
AUTH = """
auth: {username: someone, password: s3cret-passw0rd}
webLogin: {username: someone, password: s3cret-web}
"""
Render = Callable[..., int]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone whose smoke test has credentials."""
    folder = tmp_path_factory.mktemp("clone")
    for part in ("config", "helm-default-values", "locust-tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "helmfile.yaml.gotmpl", folder)
    with (folder / "config" / "smoke" / "test.yml").open("a") as file:
        file.write(AUTH)
    return folder


@pytest.fixture
def render(clone: Path, helmfile: Path, helm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Render:
    """Renders with one version of helm on PATH, and the probe chart in the upstream chart's place."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "helmfile").symlink_to(helmfile)
    (programs / "helm").symlink_to(helm)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("KUBECONFIG", "/dev/null")
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LOCUST_CHART", str(PROBE))

    def run(test_type: str, folder: Path, *arguments: str) -> int:
        line = ["render", test_type, "-o", str(folder), "--host", "https://shop.example.com", *arguments]
        return exit_code([*line, "--directory", str(clone)])

    return run


def objects(folder: Path) -> list[dict[str, Any]]:
    return [each for path in sorted(folder.iterdir()) for each in yaml.safe_load_all(path.read_text()) if each]


def test_rendering_twice_gives_the_same_bytes_and_no_secret(
    render: Render, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("one", "two"):
        assert render("smoke", tmp_path / folder) == 0
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert set(files) == {"locust-config.yaml", "locust.yaml"}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    said = capsys.readouterr().out
    assert [word for word in SECRET_WORDS for text in (said, *map(str, files.values())) if word in text] == []
    made = objects(tmp_path / "one")
    assert {"ConfigMap", "Role", "Service"} <= {each["kind"] for each in made}
    assert "Secret" not in {each["kind"] for each in made}
    wanted = "create it in namespace testing with password, username, web-password, web-username"
    assert f"Secret custom-locust-credentials is not written: {wanted}" in said


def test_another_run_id_is_another_run_and_a_name_starts_every_name(render: Render, tmp_path: Path) -> None:
    assert render("smoke", tmp_path / "one") == 0
    assert render("smoke", tmp_path / "two", "--run-id", "2") == 0
    definitions = {definition(tmp_path / folder) for folder in ("one", "two")}
    assert len(definitions) == 2
    assert render("smoke", tmp_path / "named", "--name", "checkout", "-n", "shop") == 0
    assert all(each["metadata"]["name"].startswith("checkout-") for each in objects(tmp_path / "named"))
    bindings = [each for each in objects(tmp_path / "named") if each["kind"] == "RoleBinding"]
    assert {subject["namespace"] for each in bindings for subject in each["subjects"]} == {"shop"}


def definition(folder: Path) -> str:
    (values,) = [each for each in objects(folder) if each["metadata"]["name"].endswith("locust-values")]
    annotations: dict[str, str] = json.loads(values["data"]["values.json"])["master"]["annotations"]
    return annotations["swarmfile.io/definition"]


def test_each_object_can_be_applied_by_the_client(render: Render, tmp_path: Path) -> None:
    assert render("stress", tmp_path / "out") == 0
    sizes = {each["metadata"]["name"]: len(json.dumps(each)) for each in objects(tmp_path / "out")}
    assert {name: size for name, size in sizes.items() if size >= LARGEST_BYTES} == {}


def test_what_helmfile_refuses_is_one_line(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOCUSTFILE", "nowhere.py")
    assert render("smoke", tmp_path / "out") == 3
    (line,) = capsys.readouterr().err.splitlines()
    assert "LOCUSTFILE=nowhere.py is no script" in line
    assert not (tmp_path / "out").exists()
