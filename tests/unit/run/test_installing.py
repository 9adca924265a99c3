"""The plugin's features are installed once, and wrong settings end the process in one line."""

import pytest

from swarmfile.definition.settings import SettingsError
from swarmfile.run import installing
from swarmfile.run.context import Context
from swarmfile.run.installing import install
from swarmfile.verdict import BAD_INPUT_EXIT_CODE


class Recorder:
    """A feature that notes what it was given."""

    def __init__(self) -> None:
        self.given: list[Context] = []
        self.__name__ = "recorder"

    def install(self, context: Context) -> None:
        self.given.append(context)


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "_installed", [])


def test_every_feature_gets_the_same_context() -> None:
    first, second, context = Recorder(), Recorder(), Context()
    install([first, second], lambda: context)
    assert first.given == second.given == [context]
    assert first.given[0] is second.given[0]


def test_a_second_loading_installs_nothing() -> None:
    feature = Recorder()
    install([feature], Context)
    install([feature], Context)
    assert len(feature.given) == 1


def test_wrong_settings_end_the_process_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    feature = Recorder()

    def refuse() -> Context:
        raise SettingsError("settings.json: stages: write a list")

    with pytest.raises(SystemExit) as ended:
        install([feature], refuse)
    assert ended.value.code == BAD_INPUT_EXIT_CODE
    assert capsys.readouterr().err == "swarmfile: settings.json: stages: write a list\n"
    assert feature.given == []
