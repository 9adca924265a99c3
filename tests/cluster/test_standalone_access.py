"""The chart alone: credentials towards a target that asks for them, and a login for the web UI."""

import time

import pytest

from tests.cluster.cluster import DEMO_TARGET, PATIENCE, Namespace

GUARDED = "guarded"
QUIET = {
    **PATIENCE,
    "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
    "loadTest": {"host": f"http://{GUARDED}", "users": 3, "spawnRate": 3, "runTime": "5s"},
}


@pytest.fixture(scope="module")
def guarded(namespace: Namespace) -> None:
    """A target that asks for Basic auth, and the Secret that opens it."""
    namespace.kubectl("create", "secret", "generic", "door", "--from-literal=user=me", "--from-literal=pass=canary")
    given = "auth.existingSecret=door,auth.existingSecretUsernameKey=user,auth.existingSecretPasswordKey=pass"
    namespace.helm("install", GUARDED, str(DEMO_TARGET), "--set", given, "--wait", "--timeout=3m")


def test_a_secret_with_keys_of_its_own_opens_the_target(namespace: Namespace, guarded: None) -> None:
    keys = {"existingSecret": "door", "existingSecretUsernameKey": "user", "existingSecretPasswordKey": "pass"}
    namespace.install("open", QUIET | {"auth": keys})
    assert "swarmfile: verdict PASS" in namespace.ended("open")


def test_without_credentials_the_target_stays_closed(namespace: Namespace, guarded: None) -> None:
    namespace.install("closed", QUIET)
    log = namespace.ended("closed")
    assert "swarmfile: verdict FAIL" in log
    assert "401" in log


def test_the_web_ui_asks_for_the_login_that_the_secret_holds(namespace: Namespace, guarded: None) -> None:
    login = {"existingSecret": "door", "existingSecretUsernameKey": "user", "existingSecretPasswordKey": "pass"}
    namespace.install("login", QUIET | {"mode": "deployment", "webLogin": login})
    pod = namespace.ready("login")
    assert namespace.python(pod, ENTER.format(password="wrong")).strip() == "login"
    # After a wrong login an address is not looked at for one second.
    time.sleep(2)
    assert namespace.python(pod, ENTER.format(password="canary")).strip() == "in"


ENTER = """
import http.cookiejar, urllib.parse, urllib.request as u
opener = u.build_opener(u.HTTPCookieProcessor(http.cookiejar.CookieJar()))
base = "http://127.0.0.1:8089"
assert opener.open(base + "/").url.startswith(base + "/login"), "the UI is open without a login"
form = urllib.parse.urlencode({{"username": "me", "password": "{password}"}}).encode()
action = base + "/swarmfile/login"
opener.open(action, form)
print("login" if "/login" in opener.open(base + "/").url else "in")
"""
