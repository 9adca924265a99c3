"""Swarmfile's command line: runs a test definition on this machine and looks after runs on clusters."""
