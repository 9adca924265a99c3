"""Lays out a run's credentials as the pods mount them: one file each, readable by this user alone."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from swarmfile.cli.definition.definition import Definition
from swarmfile.cli.definition.layers import source_of
from swarmfile.cli.definition.values import at
from swarmfile.cli.errors import BadInputError
from swarmfile.credentials.files import (
    AUTH_VARIABLE,
    HEADER_NAME,
    HEADER_VALUE,
    INSECURE,
    PASSWORD,
    TOKEN,
    USERNAME,
)

_SECRETS = (
    ("auth", "existingSecret"),
    ("auth", "bearer", "existingSecret"),
    ("auth", "header", "existingSecret"),
    ("tls", "clientCertificate", "existingSecret"),
    ("tls", "ca", "existingSecret"),
)
_VALUES = {
    USERNAME: ("auth", "username"),
    PASSWORD: ("auth", "password"),
    TOKEN: ("auth", "bearer", "token"),
    HEADER_NAME: ("auth", "header", "name"),
    HEADER_VALUE: ("auth", "header", "value"),
    INSECURE: ("tls", "insecure"),
}


def check_credentials(definition: Definition) -> None:
    """Raises BadInputError where the definition names a Secret and no folder on this machine stands in for it."""
    own = os.environ.get(AUTH_VARIABLE)
    if own and not Path(own).is_dir():
        raise BadInputError(
            f"{AUTH_VARIABLE}: there is no folder {own}; give one with files such as username and password"
        )
    for path in _SECRETS:
        secret = at(definition.test, *path)
        if secret and not own:
            place = f"{source_of(definition.test_layers, path)}: {'.'.join(path)}"
            raise BadInputError(f"{place}: {secret} is in a cluster; set {AUTH_VARIABLE} to a folder with its files")


def write_credentials(definition: Definition, folder: Path) -> None:
    """Fills `folder`: first the user's own files, then what the definition itself holds."""
    folder.mkdir(mode=0o700)
    own = os.environ.get(AUTH_VARIABLE)
    for path in Path(own).iterdir() if own else ():
        if path.is_file():
            shutil.copyfile(path, folder / path.name, follow_symlinks=True)
    for name, value in _given(definition):
        (folder / name).write_text(value, encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o600)


def _given(definition: Definition) -> Iterator[tuple[str, str]]:
    for name, path in _VALUES.items():
        value = at(definition.test, *path)
        if value:
            yield name, "true" if value is True else str(value)
