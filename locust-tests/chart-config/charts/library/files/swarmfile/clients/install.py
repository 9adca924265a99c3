"""Prepares all users to come when Locust starts: with credentials where they belong, and nowhere else."""

import sys
from collections.abc import Callable
from itertools import chain
from typing import TypeVar

from locust import events
from locust.env import Environment

from swarmfile.clients.users import equip_users, refuse_host_with_credentials, watch_requests
from swarmfile.credentials.files import Credentials, CredentialsError, read_credentials
from swarmfile.credentials.proxy import proxy_secrets
from swarmfile.credentials.redact import (
    redact_exceptions,
    redact_failures,
    redact_logs,
    redact_names,
    redactor,
)
from swarmfile.credentials.web_login import protect
from swarmfile.run.context import Context
from swarmfile.verdict import BAD_INPUT_EXIT_CODE

Result = TypeVar("Result")


def install(context: Context) -> None:
    """Prepares the users, and ends the process with 3 where credentials are wrong."""
    tested_host = context.settings.load_test.host
    credentials = or_refuse(read_credentials)
    or_refuse(lambda: refuse_host_with_credentials(tested_host))
    equip_users(credentials, tested_host)
    watch_requests(traceparent=context.settings.raw.get("traceparent") is True)
    hide_secrets(credentials, context)

    @events.init.add_listener
    def guard_environment(environment: Environment, **_: object) -> None:
        or_refuse(lambda: refuse_host_with_credentials(environment.host))
        or_refuse(lambda: protect(environment, credentials.login))


def hide_secrets(credentials: Credentials, context: Context) -> None:
    """Redacts what this process logs and reports from now on."""
    redact = redactor(chain(credentials.secrets, proxy_secrets()))
    if redact is None:
        return
    context.hooks.secrets.append(redact)
    redact_failures(redact)
    redact_names(redact)

    # Locust sets up its log handlers after it has loaded the locustfiles.
    @events.init.add_listener
    def hide_in_environment(environment: Environment, **_: object) -> None:
        redact_logs(redact)
        if environment.runner:
            redact_exceptions(environment.runner, redact)


def or_refuse(check: Callable[[], Result]) -> Result:
    """Returns the check's result; ends the process with one line and exit code 3 where it raises CredentialsError."""
    try:
        return check()
    except CredentialsError as error:
        sys.stderr.write(f"swarmfile: {error}\n")
        sys.exit(BAD_INPUT_EXIT_CODE)
