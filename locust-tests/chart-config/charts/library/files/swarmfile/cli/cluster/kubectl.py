"""Asks the cluster by kubectl: whatever gives users access there, gives it here."""

import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Any

from swarmfile.cli.errors import BadInputError

ANSWER_TIMEOUT_S = 60
# Two hundred runs of the largest size.
MOST_BYTES = 200 * 1024 * 1024


FORBIDDEN, NOT_FOUND = "Forbidden", "NotFound"
# kubectl ends with 1 whatever the matter is; the API's reason stands in what it prints.
_REASON = re.compile(r"Error from server \((\w+)\): ")


class KubectlError(BadInputError):
    """What kubectl complained about; another moment's answer may differ. reason: the API server's, if that refused."""

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Kubectl:
    """kubectl in one namespace; context None: the current one."""

    namespace: str
    context: str | None = None

    def objects(self, kind: str, selector: str) -> list[dict[str, Any]]:
        """Returns the objects with these labels. Raises BadInputError in kubectl's words."""
        return self.items("get", kind, "-l", selector)

    def items(self, *arguments: str) -> list[dict[str, Any]]:
        """Returns the objects of a list. Raises KubectlError."""
        items: list[dict[str, Any]] = json.loads(self.run(*arguments, "-o", "json"))["items"]
        return items

    def run(self, *arguments: str, most: int = MOST_BYTES) -> str:
        """Returns what kubectl printed. Raises KubectlError with the last line of what it complained about.

        An answer of more than `most` bytes is refused: what others keep in a namespace must not fill this memory.
        """
        command = [*self.command(), "-n", self.namespace, f"--request-timeout={ANSWER_TIMEOUT_S}s", *arguments]
        with (
            tempfile.TemporaryFile() as complaint,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaint) as process,
        ):
            assert process.stdout
            answer = process.stdout.read(most + 1)
            if len(answer) > most:
                process.kill()
                raise KubectlError(f"kubectl {' '.join(arguments[:2])}: the answer has more than {most:,} bytes")
            if process.wait():
                complaint.seek(0)
                line = last_line(complaint.read(most).decode("utf-8", "replace"))
                refused = _REASON.match(line)
                raise KubectlError(f"kubectl: {line}", refused[1] if refused else "")
        return answer.decode("utf-8", "replace")

    def command(self) -> list[str]:
        """Returns how kubectl is called with the context. Raises BadInputError where it is not installed."""
        program = shutil.which("kubectl")
        if program is None:
            raise BadInputError("kubectl is not on PATH; install it, see https://kubernetes.io/docs/tasks/tools/")
        return [program, *(["--context", self.context] if self.context else [])]


def last_line(text: str) -> str:
    """Returns the last line that says something; kubectl repeats itself before it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it failed without a word"
