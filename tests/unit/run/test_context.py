"""What a process learns from its environment."""

import re
from pathlib import Path

import pytest

from swarmfile.definition.settings import SettingsError, parse
from swarmfile.run.context import Context, digest, from_environment, new_run_id


def test_a_run_id_names_type_and_moment() -> None:
    assert re.fullmatch(r"soak-\d{8}-\d{6}-[0-9a-f]{4}", new_run_id("soak"))
    assert new_run_id("soak") != new_run_id("soak")


def test_without_variables_there_are_defaults_and_no_marker() -> None:
    context = from_environment({})
    assert (context.results, context.definition, context.parent_pid) == (Path("results").absolute(), None, None)


def test_a_pod_keeps_a_marker_under_its_definition_or_a_digest_of_what_it_runs() -> None:
    assert from_environment({"SWARMFILE_RESULTS": "/results", "SWARMFILE_DEFINITION": "abc"}).definition == "abc"
    assert re.fullmatch("[0-9a-f]{64}", from_environment({"SWARMFILE_RESULTS": "/results"}).definition or "")


def test_a_laptop_keeps_none() -> None:
    variables = {"SWARMFILE_RESULTS": "/results", "SWARMFILE_DEFINITION": "abc", "SWARMFILE_PARENT": "17"}
    assert (from_environment(variables).definition, from_environment(variables).parent_pid) == (None, 17)


def test_wrong_settings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"mode": "pod"}')
    with pytest.raises(SettingsError):
        from_environment({"SWARMFILE_SETTINGS": str(path)})


def test_a_digest_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    one, two = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("1")
    two.write_text("2")
    before = digest([one, two, tmp_path / "missing.py"])
    assert before == digest([two, one])
    two.write_text("3")
    assert digest([one, two]) != before


@pytest.mark.parametrize(
    ("mode", "parent", "definition", "one_run_only", "restarted"),
    [
        ("job", None, "abc", True, False),
        ("job", 17, None, False, False),
        ("deployment", None, "abc", False, True),
        ("deployment", 17, None, False, False),
    ],
)
def test_where_the_process_stands(
    mode: str, parent: int | None, definition: str | None, one_run_only: bool, restarted: bool
) -> None:
    context = Context(settings=parse({"mode": mode}), parent_pid=parent, definition=definition)
    assert (context.one_run_only, context.restarted_when_ended) == (one_run_only, restarted)


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a b", "[/nope]"])
def test_a_run_s_name_is_checked_before_it_becomes_a_folder(name: str) -> None:
    with pytest.raises(SettingsError, match=r"^SWARMFILE_RUN: .* is no name of a run; write letters, digits"):
        from_environment({"SWARMFILE_RUN": name})


def test_a_text_and_json_lose_every_secret_that_a_feature_knows() -> None:
    context = Context()
    assert context.without_secrets_in({"a": ["one", 5]}) == {"a": ["one", 5]}
    context.hooks.secrets.extend([lambda text: text.replace("one", "-"), lambda text: text.replace("two", "-")])
    assert context.without_secrets("one and two") == "- and -"
    assert context.without_secrets_in({"a": ["two", 5, None]}) == {"a": ["-", 5, None]}
