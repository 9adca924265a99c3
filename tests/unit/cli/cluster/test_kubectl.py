"""How kubectl is asked, and how its complaints are told."""

import json
import os
from pathlib import Path

import pytest

from swarmfile.cli.cluster.kubectl import FORBIDDEN, NOT_FOUND, Kubectl, KubectlError, last_line
from swarmfile.cli.errors import BadInputError


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl that lists how it was called."""
    program = tmp_path / "kubectl"
    program.write_text('#!/usr/bin/env python3\nimport json, sys\nprint(json.dumps({"items": sys.argv[1:]}))\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


@pytest.mark.parametrize(
    ("asked", "context"),
    [(Kubectl("ns"), []), (Kubectl("ns", "prod"), ["--context", "prod"])],
    ids=["current", "named"],
)
def test_namespace_and_context_come_before_the_question(kubectl: Path, asked: Kubectl, context: list[str]) -> None:
    called = json.loads(asked.run("get", "pods"))["items"]
    assert called == [*context, "-n", "ns", "--request-timeout=60s", "get", "pods"]


def test_objects_are_selected_by_their_labels(kubectl: Path) -> None:
    assert "get pods -l a=b -o json" in " ".join(map(str, Kubectl("ns").objects("pods", "a=b")))


@pytest.mark.parametrize(
    ("complaint", "reason"),
    [
        ('Error from server (NotFound): namespaces "shop" not found', NOT_FOUND),
        ("Error from server (Forbidden): jobs.batch is forbidden", FORBIDDEN),
        ("error: no pods (NotFound) were asked for", ""),
    ],
)
def test_what_the_api_server_refuses_has_its_reason(kubectl: Path, complaint: str, reason: str) -> None:
    kubectl.write_text(f"#!/bin/sh\necho '{complaint}' >&2\nexit 1\n")
    with pytest.raises(KubectlError) as refused:
        Kubectl("ns").run("get", "pods")
    assert refused.value.reason == reason


def test_a_complaint_is_told_by_its_last_line(kubectl: Path) -> None:
    kubectl.write_text("#!/bin/sh\necho I0101 memcache >&2\necho 'pods is forbidden' >&2\nexit 1\n")
    with pytest.raises(KubectlError, match=r"^kubectl: pods is forbidden$"):
        Kubectl("ns").run("get", "pods")


def test_a_machine_without_kubectl_is_told_where_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BadInputError, match=r"^kubectl is not on PATH; install it, see https://kubernetes\.io/"):
        Kubectl("ns").run("get", "pods")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("one\ntwo\n", "two"),
        ("one\n\n  \n", "one"),
        ("", "it failed without a word"),
        (" \n", "it failed without a word"),
    ],
)
def test_the_last_line_is_the_last_that_says_something(text: str, line: str) -> None:
    assert last_line(text) == line


def test_an_answer_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\nexec cat /dev/zero\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(KubectlError, match=r"^kubectl get --raw: the answer has more than 1,000 bytes$"):
        Kubectl("ns").run("get", "--raw", "/state", most=1000)
