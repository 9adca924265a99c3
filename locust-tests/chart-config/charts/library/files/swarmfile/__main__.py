"""`python -m swarmfile`."""

from swarmfile.cli.main import main

main()
