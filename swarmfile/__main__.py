"""`python -m swarmfile`."""

from swarmfile.cli import main

main()
