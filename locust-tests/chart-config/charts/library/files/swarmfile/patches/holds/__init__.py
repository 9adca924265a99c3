"""Every hold of ours on somebody else's insides; the pods do not need to know them, the contract test does."""

from swarmfile.patches.holds import (
    clients,
    counting,
    event_loop,
    loading,
    others,
    reporting,
    runners,
    starting,
    users,
    web,
    workers,
)
from swarmfile.patches.holds.hold import Hold

HOLDS: tuple[Hold, ...] = (
    *counting.HOLDS,
    *reporting.HOLDS,
    *starting.HOLDS,
    *loading.HOLDS,
    *runners.HOLDS,
    *workers.HOLDS,
    *users.HOLDS,
    *web.HOLDS,
    *event_loop.HOLDS,
    *clients.HOLDS,
    *others.HOLDS,
)
