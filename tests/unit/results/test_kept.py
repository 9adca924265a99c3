import json

from swarmfile.results.kept import Kept, KeptRuns


def test_what_was_noted_last_of_a_run_is_told() -> None:
    runs = KeptRuns()
    runs.note("a", Kept("the API is away", lasting=False))
    runs.note("b", Kept())
    runs.note("a", Kept(unreadable={"report.html": "it is a symbolic link"}))
    status, _, body = runs.answer()
    told = {run: Kept.of(each) for run, each in json.loads(body).items()}
    assert status == 200
    assert told == {"a": Kept(unreadable={"report.html": "it is a symbolic link"}), "b": Kept()}


def test_only_the_last_runs_are_remembered() -> None:
    runs = KeptRuns()
    for number in range(1000):
        runs.note(f"run-{number}", Kept())
    told = json.loads(runs.answer()[2])
    assert len(told) == 50
    assert "run-999" in told
