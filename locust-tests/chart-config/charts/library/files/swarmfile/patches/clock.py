"""Makes the run time count from the start: Locust takes the time that the imports took away from it."""

from gevent import get_hub
from locust import events

from swarmfile.run.context import Context


def install(context: Context) -> None:  # noqa: ARG001 - the same for every run
    """Looks at the clock again right before Locust sets the timer that ends the run."""
    events.init.add_listener(look_at_the_clock)


def look_at_the_clock(**_: object) -> None:
    """Sets the event loop's clock to now; timers count from its last look, which may be seconds ago."""
    get_hub().loop.update_now()
