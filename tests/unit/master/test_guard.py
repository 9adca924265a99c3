"""What is said about a script that cannot be run."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from locust import User, task

from swarmfile.master.guard import describe, without_users


def failure(path: Path, text: str) -> str | None:
    """Loads a script as Locust does, and returns what is said about its error."""
    path.write_text(text)
    try:
        exec(compile(text, str(path), "exec"), {"__name__": path.stem})
    except Exception as error:
        return describe(error, error.__traceback__, [path])
    return None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = 1\ndef broken(:\n", "mine.py: line 2: invalid syntax"),
        ("\nimport nowhere_at_all\n", "mine.py: line 2: ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("def f():\n    return 1 / 0\nf()\n", "mine.py: line 2: ZeroDivisionError: division by zero"),
    ],
)
def test_an_error_is_told_with_the_scripts_line(tmp_path: Path, text: str, sentence: str) -> None:
    assert failure(tmp_path / "mine.py", text) == sentence


def test_an_error_elsewhere_is_none_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="own") as raised:
        raise ValueError("Locust's own")
    assert describe(raised.value, raised.value.__traceback__, [tmp_path / "mine.py"]) is None


@pytest.mark.parametrize(
    ("has_user", "sentence"), [(True, None), (False, "mine.py has no User class: write one that derives from HttpUser")]
)
def test_a_script_without_user_class_is_named(
    monkeypatch: pytest.MonkeyPatch, has_user: bool, sentence: str | None
) -> None:
    class Shopper(User):
        @task
        def nothing(self) -> None: ...

    module = ModuleType("mine")
    module.User = User  # type: ignore[attr-defined]
    if has_user:
        module.Shopper = Shopper  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mine", module)
    assert without_users([Path("mine.py")]) == sentence


def test_a_script_that_was_not_loaded_is_not_judged() -> None:
    assert without_users([Path("never_loaded.py")]) is None
    assert without_users([]) is None
