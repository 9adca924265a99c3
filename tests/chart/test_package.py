"""Our package reaches the pods room by room, laid out as it lies in the chart, each room small enough for an object."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from swarmfile.run.scripts import PACKAGE, package_files
from tests.chart.rendering import HOST, Manifest, of_kind, of_role, pod_spec, render

# Client-side kubectl apply and Argo CD keep the whole object in an annotation.
MOST_BYTES = 256 * 1024
VALUES: dict[str, Any] = {"loadTest": {"host": HOST}, "workers": {"replicas": 1}}


@pytest.fixture(scope="module")
def documents(helm4: Path) -> list[Manifest]:
    return render(helm4, VALUES)


@pytest.fixture(scope="module")
def folder(documents: list[Manifest], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the kubelet makes of the volume."""
    made = tmp_path_factory.mktemp("opt")
    volume = next(one for one in pod_spec(of_role(documents, "master"))["volumes"] if one["name"] == "swarmfile")
    for source in volume["projected"]["sources"]:
        config_map = of_kind(documents, "ConfigMap", source["configMap"]["name"])
        for item in source["configMap"]["items"]:
            path = made / item["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(config_map["data"][item["key"]], encoding="utf-8")
    return made


def test_each_room_stays_below_what_an_annotation_holds(documents: list[Manifest]) -> None:
    sizes = {one["metadata"]["name"]: len(json.dumps(one)) for one in documents if one["kind"] == "ConfigMap"}
    assert len(sizes) > 10
    too_big = {name: size for name, size in sizes.items() if size >= MOST_BYTES}
    assert too_big == {}, "client-side apply refuses these: move a part of the room into one of its own"


def test_the_pods_get_all_modules_but_the_command_line(folder: Path) -> None:
    inside = {path.relative_to(folder / "swarmfile") for path in folder.rglob("*.py")}
    wanted = {path.relative_to(PACKAGE) for path in package_files()} - {Path("__main__.py")}
    assert inside == {path for path in wanted if path.parts[:2] != ("patches", "holds")}


def test_what_arrives_can_be_imported(folder: Path) -> None:
    # Locust comes first, as where it loads the plugin: it replaces what Python's sockets and TLS are made of.
    code = (
        f"import locust, sys; sys.path.insert(0, {str(folder)!r}); import swarmfile.plugin; print(swarmfile.__file__)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False, cwd=folder)
    assert Path(folder, done.stdout.strip()) == folder / "swarmfile" / "__init__.py", done.stderr


@pytest.mark.parametrize("role", ["master", "worker"])
def test_masters_and_workers_find_it(documents: list[Manifest], role: str) -> None:
    spec = pod_spec(of_role(documents, role))
    for container in [
        *spec["containers"],
        *(one for one in spec.get("initContainers", []) if one["name"] == "exporter"),
    ]:
        mounts = {one["name"]: one for one in container["volumeMounts"]}
        assert (mounts["swarmfile"]["mountPath"], mounts["swarmfile"]["readOnly"]) == ("/opt/swarmfile", True)
