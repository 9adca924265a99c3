"""The image holds what is tested here: the same versions as the lock file, each with hashes."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+) \\$", path.read_text(), re.MULTILINE))


def test_the_image_holds_the_versions_of_the_lock_file() -> None:
    image, lock = pins(ROOT / "image" / "requirements.txt"), pins(ROOT / "requirements" / "dev.txt")
    assert {"locust", "locust-plugins", "prometheus-client"} <= set(image)
    assert {name: version for name, version in image.items() if lock.get(name) != version} == {}


def test_each_package_of_the_image_has_hashes_and_no_index_is_named() -> None:
    text = (ROOT / "image" / "requirements.txt").read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--index|--find-links", text)


def test_the_image_starts_from_the_version_of_locust_that_the_chart_runs() -> None:
    chart = (ROOT / "locust-tests" / "chart-config" / "Chart.yaml").read_text()
    version = re.search(r"^appVersion: (\S+)$", chart, re.MULTILINE)
    assert version
    dockerfile = (ROOT / "image" / "Dockerfile").read_text()
    assert f"FROM docker.io/locustio/locust:{version[1]}\n" in dockerfile
    assert pins(ROOT / "image" / "requirements.txt")["locust"] == version[1]


def test_the_image_is_not_root_by_number() -> None:
    users = re.findall(r"^USER (\S+)$", (ROOT / "image" / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1].isdigit()
    assert int(users[-1]) > 0
