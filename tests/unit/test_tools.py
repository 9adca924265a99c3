"""How the tests find helm and helmfile."""

import os
from pathlib import Path

import pytest

from tests import tools


def install(folder: Path, command: str, answer: str) -> Path:
    program = folder / command
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a shell, an empty folder on PATH, and nothing built."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(tools, "BUILT", tmp_path / "built")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "command", "answer"),
    [
        ("helm3", "helm", "v3.18.6+g1234567"),
        ("helm3", "helm3", "v3.20"),
        ("helm4", "helm", "v4.3.1"),
        ("helm4", "helm4", "v4.0.0"),
        ("helmfile", "helmfile", "1.10.0"),
        ("helmfile", "helmfile", "v1.8.0"),
        ("versitygw", "versitygw", "Version : v1.8.0"),
    ],
)
def test_a_supported_version_on_path_is_used(machine: Path, name: str, command: str, answer: str) -> None:
    program = install(machine, command, answer)
    assert tools.find(name) == program


@pytest.mark.parametrize(
    ("name", "command", "answer"),
    [
        ("helm3", "helm", "v3.17.3"),
        ("helm3", "helm", "v4.3.1"),
        ("helm4", "helm", "v3.18.6"),
        ("helmfile", "helmfile", "0.171.0"),
        ("helmfile", "helmfile", "1.7.4"),
    ],
)
def test_another_version_on_path_is_not_used(machine: Path, name: str, command: str, answer: str) -> None:
    install(machine, command, answer)
    assert tools.find(name) is None


def test_what_was_built_is_used_where_path_has_nothing_suitable(machine: Path) -> None:
    install(machine, "helm", "v4.3.1")
    (machine / "built").mkdir()
    built = install(machine / "built", "helm3", "v3.18.6")
    assert tools.find("helm3") == built


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_machine_without_go_is_told_in_one_line_how_to_get_a_tool(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    assert tools.provide("helmfile") == code
    assert capsys.readouterr().err.splitlines() == [tools.MISSING.format("helmfile")]


@pytest.mark.parametrize("package", tools.PACKAGES)
def test_a_user_who_may_not_install_is_told_in_one_line_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], package: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(tools, "OFF_PATH", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for ci, code in (("true", 1), ("", 0)):
        monkeypatch.setenv("CI", ci)
        assert tools.provide_package(package) == code
    assert capsys.readouterr().err.splitlines() == [tools.PACKAGES[package][1]] * 2
