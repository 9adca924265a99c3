import re
from pathlib import Path

import pytest

from swarmfile.metrics import packages as metrics_install

LOCK = Path(__file__).parents[3] / "requirements" / "dev.txt"


def test_the_pin_is_the_lock_files() -> None:
    locked = re.search(r"^prometheus-client==.*?(?=^\s+#)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    assert locked
    assert locked[0] == metrics_install.REQUIREMENT


def test_nothing_is_installed_where_it_is_there(tmp_path: Path) -> None:
    metrics_install.provide(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_install_says_pips_last_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    with pytest.raises(metrics_install.InstallError, match="prometheus-client"):
        metrics_install.install(tmp_path)


def test_a_package_that_is_not_what_its_hash_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forged = tmp_path / "prometheus_client-0.26.0-py3-none-any.whl"
    forged.write_bytes(b"PK\x05\x06" + bytes(18))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    with pytest.raises(metrics_install.InstallError):
        metrics_install.install(tmp_path)
    assert not (tmp_path / "prometheus_client").exists()
