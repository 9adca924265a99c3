"""What lies in a run's folder and what its processes are told."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import read_definition
from swarmfile.cli.definition.script import Script
from swarmfile.cli.definition.test_data import DataFiles
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.staging import Material, settings_of, staged


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))


def material(clone: Clone, *sets: str, libs: dict[str, bytes] | None = None) -> Material:
    return Material(
        definition=read_definition(clone, "smoke", sets),
        script=Script("smoke.py", b"# script"),
        libs=libs or {"users.py": b"# shared"},
        data=DataFiles({"users.csv": b"1"}, "users.csv"),
        packages=clone.root / "packages",
    )


def test_a_run_finds_what_it_would_find_in_a_pod(clone: Clone) -> None:
    with staged(material(clone)) as stage:
        plugin, script = (Path(path) for path in stage.locustfiles.split(","))
        package, packages = stage.environment["PYTHONPATH"].split(os.pathsep)[:2]
        assert script.read_bytes() == b"# script"
        assert (plugin, plugin.is_file()) == (Path(package, "swarmfile", "plugin.py"), True)
        assert [path.name for path in (script.parent / "lib").iterdir()] == ["users.py"]
        assert json.loads(Path(stage.environment["SWARMFILE_SETTINGS"]).read_text())["type"] == "smoke"
        assert Path(stage.environment["TEST_DATA_FILE"]).read_bytes() == b"1"
        assert Path(stage.environment["SWARMFILE_AUTH"]).is_dir()
        assert packages == str(clone.root / "packages")


def test_a_script_with_a_place_runs_there(clone: Clone) -> None:
    script = Script("mine.py", b"# script", Path("/mine/mine.py"))
    with staged(replace(material(clone), script=script)) as stage:
        assert stage.locustfiles.split(",")[1] == "/mine/mine.py"
        assert not (stage.folder / "mine.py").exists()


def test_nothing_is_left_at_the_end(clone: Clone, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), staged(material(clone)):
        raise RuntimeError
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_next_run_removes_what_a_killed_one_left(clone: Clone, tmp_path: Path) -> None:
    killed, living = tmp_path / "tmp" / "swarmfile-4194305-x", tmp_path / "tmp" / "swarmfile-1-x"
    killed.mkdir()
    living.mkdir()
    with staged(material(clone)):
        assert not killed.exists()
    assert living.exists()


def test_options_of_locust_in_the_environment_do_not_change_a_run(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCUST_HEADLESS", "true")
    with staged(material(clone)) as stage:
        assert "LOCUST_HEADLESS" not in stage.environment


def test_a_proxy_is_given_in_both_spellings(clone: Clone) -> None:
    with staged(material(clone, "proxy.http=http://127.0.0.1:3128")) as stage:
        assert stage.environment["HTTP_PROXY"] == stage.environment["http_proxy"] == "http://127.0.0.1:3128"


def test_a_name_that_leads_out_of_the_folder_is_refused(clone: Clone) -> None:
    with (
        pytest.raises(BadInputError, match=r"^\.\./x\.py: this is no plain file name"),
        staged(material(clone, libs={"../x.py": b""})),
    ):
        pass


def test_settings_hold_no_secret_and_no_content(clone: Clone) -> None:
    test = {
        "mode": "job",
        "auth": {"password": "canary"},
        "webLogin": {"password": "canary"},
        "proxy": {"http": "http://u:canary@h"},
        "tls": {"insecure": True},
        "upstream": {"a": "canary"},
        "env": [{"name": "TOKEN", "value": "canary"}],
        "secretOfTomorrow": "canary",
        "locustfile": {"inline": "canary", "file": "a.py"},
        "libs": {"files": {"a.py": "canary"}},
        "testData": {"files": {"a": "canary"}, "inline": "canary", "selectedFile": "a"},
        "metrics": {"maxCauses": 5, "pipIndexUrl": "http://u:canary@h", "podMonitor": {"interval": "5s"}},
    }
    settings = settings_of(replace(read_definition(clone, "smoke", []), test=test))
    assert settings == {
        "mode": "job",
        "locustfile": {"file": "a.py"},
        "metrics": {"maxCauses": 5, "podMonitor": {"interval": "5s"}},
    }
