"""What reaches our chart, and which changes make another run of it."""

from pathlib import Path

import pytest

from tests.helmfile.conftest import Project, Shipped, Values

ODD = (
    "# ünïcödé {{ .Values }} {{`x`}} $@ ${HOME} \\n 'q' \"q\" %s\ttab, {a: b} # c   \n"
    "x = 1\n\n\t\n  no newline at the end \t"
)
LIBRARY = "locust-tests/chart-config/charts/library/files/swarmfile/verdict.py"


def digest(values: Values) -> str:
    """The definition's digest; the pods of both kinds must carry the same one."""
    annotations = [values.upstream[role]["annotations"]["swarmfile.io/definition"] for role in ("master", "worker")]
    assert annotations == [values.upstream["loadtest"]["environment"]["SWARMFILE_DEFINITION"]] * 2
    return str(annotations[0])


def test_the_definition_is_the_defaults_with_the_types_own_file_over_them(shipped: Shipped) -> None:
    ours = shipped("stress").ours
    assert ours["mode"] == "deployment"
    assert ours["assertions"]["p95ThresholdMs"] == 3000
    assert ours["names"]["scripts"] == "custom-locust-scripts"


def test_state_values_reach_the_definition_and_not_the_masters_arguments(untouched: Project) -> None:
    sets = "loadTest.runTime=20s,loadTest.users=4,loadTest.spawnRate=2"
    values = untouched.values("smoke", "--state-values-set", sets)
    load = values.ours["loadTest"]
    assert (load["users"], load["spawnRate"], load["runTime"]) == (4, 2, "20s")
    assert values.upstream["master"]["args"] == ["--autostart", "--users=10", "--spawn-rate=5", "--run-time=2m"]


def test_a_script_and_libraries_of_ones_own_arrive_byte_for_byte(untouched: Project, tmp_path: Path) -> None:
    libs = tmp_path / "libs"
    libs.mkdir()
    (libs / "helpers.py").write_text(ODD)
    (libs / "notes.txt").write_text("no module")
    (tmp_path / "mine.py").write_text(ODD)
    values = untouched.values("dev", LOCUSTFILE=str(tmp_path / "mine.py"), LIBS=str(libs))
    assert values.ours["locustfile"]["inline"] == ODD
    assert values.ours["libs"]["files"] == {"helpers.py": ODD}
    assert (
        values.upstream["loadtest"]["locust_locustfile"]
        == "../../opt/swarmfile/swarmfile/plugin.py,/mnt/locust/mine.py"
    )


def test_a_path_is_read_from_the_folder_of_the_project(project: Project) -> None:
    project.write("mine.py", "x = 1\n")
    assert project.values("dev", LOCUSTFILE="mine.py").ours["locustfile"]["inline"] == "x = 1\n"


@pytest.mark.parametrize("written", ['"load.py"', "{file: load.py}"])
def test_a_type_may_name_another_script_in_either_form(project: Project, written: str) -> None:
    project.write("config/smoke/test.yml", f"locustfile: {written}\n")
    values = project.values("smoke")
    assert values.ours["locustfile"]["file"] == "load.py"
    assert values.upstream["loadtest"]["locust_locustfile"].endswith("/load.py")


SECTIONS = (
    "stages",
    "assertions",
    "arrivals",
    "validity",
    "results",
    "testData",
    "metrics",
    "auth",
    "proxy",
    "locustfile",
)


def test_null_is_the_default_here_as_well(project: Project) -> None:
    project.write("config/smoke/test.yml", "".join(f"{each}: null\n" for each in SECTIONS) + "loadTest: {tags: null}\n")
    values = project.values("smoke")
    assert (values.ours["assertions"]["p95ThresholdMs"], values.ours["stages"]) == (1000, [])
    assert values.upstream["loadtest"]["locust_locustfile"].endswith("/smoke.py")


def test_an_assertion_that_is_null_reaches_the_chart(untouched: Project) -> None:
    values = untouched.values("smoke", "--state-values-set", "assertions.p95ThresholdMs=null")
    # Helm leaves out what is null, and so would have left the default.
    assert "p95ThresholdMs" not in values.ours["assertions"]


EDITS = [
    ("locust-tests/chart-config/files/smoke.py", "x = 1\n"),
    (LIBRARY, "x = 1\n"),
    ("config/smoke/test.yml", "assertions: {p95ThresholdMs: 5}\n"),
    ("config/smoke/test.yml", "testData: {files: {a.csv: '1'}}\n"),
    ("config/smoke/test.yml", "auth: {username: u, password: p}\n"),
    ("config/smoke/test.yml", "webLogin: {username: u, password: p}\n"),
    ("config/smoke/locust.yml", "master: {args: [--autostart, --users=11]}\n"),
    ("config/smoke/locust.yml", "loadtest: {environment_secret: {KEY: other}}\n"),
    ("config/smoke/locust.yml", "image: {tag: 2.47.1}\n"),
    ("config/smoke/locust.yml", "worker: {replicas: 7}\n"),
    ("config/smoke/locust.yml", "worker: {resources: {limits: {memory: 4Gi}}}\n"),
    ("config/smoke/locust.yml", "podSecurityContext: {fsGroup: 2000}\n"),
    ("config/smoke/locust.yml", "nodeSelector: {a: b}\n"),
    ("config/smoke/locust.yml", "service: {targetPort: 9000}\n"),
]


@pytest.mark.parametrize(("path", "text"), EDITS)
def test_an_edit_of_what_makes_a_run_rolls_the_pods(project: Project, shipped: Shipped, path: str, text: str) -> None:
    project.write(path, text)
    assert digest(project.values("smoke")) != digest(shipped("smoke"))


@pytest.mark.parametrize(
    "variables",
    [{"RUN_ID": "2"}, {"HOST": "http://other.example"}, {"LOCUSTFILE": "config/../own.py"}, {"LIBS": "own"}],
)
def test_a_variable_that_changes_the_run_rolls_the_pods(
    project: Project, shipped: Shipped, variables: dict[str, str]
) -> None:
    (project.folder / "own").mkdir()
    project.write("own/helpers.py", "x = 1\n")
    project.write("own.py", "x = 1\n")
    assert digest(project.values("smoke", **variables)) != digest(shipped("smoke"))


@pytest.mark.parametrize(
    "text",
    [
        "worker: {pdb: {enabled: false}}\n",
        "worker: {hpa: {minReplicas: 2, maxReplicas: 9}}\n",
        "service: {type: NodePort}\n",
    ],
)
def test_a_change_that_rolls_no_pod_is_no_other_run(project: Project, shipped: Shipped, text: str) -> None:
    written = (project.folder / "config/smoke/locust.yml").read_text()
    project.write("config/smoke/locust.yml", written + text)
    assert digest(project.values("smoke")) == digest(shipped("smoke"))


def test_the_same_project_renders_the_same_twice(untouched: Project, shipped: Shipped) -> None:
    assert untouched.values("stress") == shipped("stress")
