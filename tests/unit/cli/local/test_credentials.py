"""The files that stand in for the pods' mounted Secret."""

from pathlib import Path

import pytest

from swarmfile.cli.definition.clone import Clone
from swarmfile.cli.definition.definition import Definition, read_definition
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.local.credentials import check_credentials, write_credentials


def smoke(clone: Clone, *sets: str) -> Definition:
    return read_definition(clone, "smoke", sets)


def written(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_each_credential_becomes_a_file_of_its_own(clone: Clone, tmp_path: Path) -> None:
    basic = ("auth.username=u", "auth.password=p")
    definition = smoke(clone, *basic, "auth.bearer.token=t", "auth.header.name=X", "tls.insecure=true")
    write_credentials(definition, tmp_path / "auth")
    assert written(tmp_path / "auth") == {
        "username": "u",
        "password": "p",
        "token": "t",
        "header-name": "X",
        "insecure": "true",
    }


def test_nobody_else_can_read_them(clone: Clone, tmp_path: Path) -> None:
    write_credentials(smoke(clone, "auth.password=p"), tmp_path / "auth")
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "auth", tmp_path / "auth" / "password")]
    assert modes == [0o700, 0o600]


def test_ones_own_folder_stands_in_for_a_secret(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "token").write_text("mine")
    monkeypatch.setenv("SWARMFILE_AUTH", str(tmp_path / "own"))
    definition = smoke(clone, "auth.bearer.existingSecret=api")
    check_credentials(definition)
    write_credentials(definition, tmp_path / "auth")
    assert written(tmp_path / "auth") == {"token": "mine"}


def test_a_secret_of_a_cluster_is_refused_with_what_to_do(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWARMFILE_AUTH", raising=False)
    with pytest.raises(
        BadInputError, match=r"^--set: auth\.existingSecret: api is in a cluster; set SWARMFILE_AUTH to"
    ):
        check_credentials(smoke(clone, "auth.existingSecret=api"))


def test_a_folder_that_is_not_there_is_named(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMFILE_AUTH", "/gone")
    with pytest.raises(BadInputError, match=r"^SWARMFILE_AUTH: there is no folder /gone; give one with files such as"):
        check_credentials(smoke(clone))
