"""What the scripts beside this folder share; yours can lie here too: from lib import <name>."""

from swarmfile import SwarmHttpUser


class Visitor(SwarmHttpUser):
    """A user of the system under test."""

    abstract = True
    # Pods that come and go get their share of the load within so many seconds.
    connection_lifetime = 30
