"""The command line `swarmfile`: its commands, and how each ends.

0 PASS, 1 FAIL, 2 INVALID, 3 bad input. A fault of the program itself ends with 70 and its traceback, so that no caller
takes it for a verdict.
"""

import sys
import traceback
from collections.abc import Sequence

import click

from swarmfile.cli.baseline_command import baseline
from swarmfile.cli.compare_command import compare
from swarmfile.cli.errors import BadInputError
from swarmfile.cli.explain_command import explain
from swarmfile.cli.history_command import history
from swarmfile.cli.init_command import init
from swarmfile.cli.render_command import render
from swarmfile.cli.report_command import report
from swarmfile.cli.results_command import prune_command, results
from swarmfile.cli.run_command import run
from swarmfile.cli.upgrade_command import upgrade
from swarmfile.cli.validate_command import validate
from swarmfile.cli.wait_command import wait_command
from swarmfile.untrusted.text import plain
from swarmfile.verdict import BAD_INPUT_EXIT_CODE, EXIT_CODES, Outcome

OWN_FAULT_EXIT_CODE = 70


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(package_name="swarmfile")
def cli() -> None:
    """Runs Locust performance tests and judges them PASS, FAIL or INVALID."""


for command in (
    init,
    validate,
    explain,
    run,
    render,
    wait_command,
    results,
    report,
    compare,
    baseline,
    history,
    prune_command,
    upgrade,
):
    cli.add_command(command)


def main() -> None:
    """Ends the process as the command says."""
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: Sequence[str]) -> int:
    """Runs a command line; every refusal is one line on stderr."""
    try:
        return int(cli.main(list(arguments), prog_name="swarmfile", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT_EXIT_CODE
    except click.ClickException as error:
        return _refuse(error.format_message())
    except BadInputError as error:
        return _refuse(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("swarmfile: interrupted before anything was started", err=True)
        return EXIT_CODES[Outcome.INVALID]
    except Exception:
        traceback.print_exc()
        return OWN_FAULT_EXIT_CODE


def _refuse(message: str) -> int:
    click.echo(f"swarmfile: {plain(' '.join(message.split()))}", err=True)
    return BAD_INPUT_EXIT_CODE
