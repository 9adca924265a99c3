from swarmfile.results.names import FILES, LAST_FILES
from tests.results_folder import NINE_FILES


def test_the_names_are_those_that_the_readme_promises() -> None:
    assert set(FILES) == NINE_FILES
    assert len(FILES) == len(NINE_FILES)
    assert set(LAST_FILES) <= NINE_FILES
