"""Sets credentials on the client of a SwarmHttpUser, only towards the tested host.

What a script sets itself wins: auth=, a header of the same name, user and password in host, and the class's insecure,
ssl_context_factory and proxy_host.
"""

from swarmfile.credentials.files import Credentials
from swarmfile.credentials.origin import Origin
from swarmfile.http.tls import Tls
from swarmfile.http.user import SwarmHttpUser


def equip_swarm_user(user: SwarmHttpUser, credentials: Credentials, target: Origin | None) -> None:
    """Makes the user's client send the credentials to the target, and take the proxy that the environment names."""
    # Of two proxies the client takes the one that is named for the scheme, as the environment's are.
    user.client.trust_env = user.proxy_host is None
    if target is None:
        return
    for name, value in credentials.headers:
        user.client.host_headers.setdefault(name, value)
    has_tls = credentials.authority or credentials.certificate or credentials.insecure
    if has_tls and user.ssl_context_factory is None:
        certificate, key = credentials.certificate or (None, None)
        insecure = user.insecure or credentials.insecure
        user.client.host_tls = Tls(not insecure, credentials.authority, certificate, key)
