"""Which modules come with Locust, without those that only we or our tests need."""

import pytest

from swarmfile.cli.validate.image import in_the_image


@pytest.mark.parametrize("module", ["locust", "gevent", "requests", "flask_login"])
def test_what_locust_requires_is_there(module: str) -> None:
    assert in_the_image(module)


@pytest.mark.parametrize("module", ["hypothesis", "kubernetes_validate", "no_such_module"])
def test_what_only_this_machine_has_is_not(module: str) -> None:
    assert not in_the_image(module)
