"""Makes files/locust-options.json of Locust's own parser: which arguments there are, and what their values look like.

Helm's templates and `swarmfile validate` judge master.args and worker.args by it, since neither can ask Locust: helm
knows no Python, and Locust takes longer to start than all environments may take to be judged.
"""

import argparse
from typing import Any

from locust.argument_parser import get_parser

_N = "[0-9]*[1-9][0-9]*"
_LASTING = f"^({_N}|{_N}h([0-9]+m)?([0-9]+s)?|([0-9]+h)?{_N}m([0-9]+s)?|([0-9]+h)?([0-9]+m)?{_N}s)$"
# What Locust reads and cannot mean: no users, a rate of 0, or a run time of 0, which is one without an end.
_NARROWER = {
    "--users": ("^[1-9][0-9]{0,8}$", "--users=10"),
    "--spawn-rate": (f"^[0-9]*[.]?{_N}$|^{_N}([.][0-9]+)?$", "--spawn-rate=5"),
    "--run-time": (_LASTING, "--run-time=2m"),
    "--stop-timeout": (f"^0+[hms]?$|{_LASTING}", "--stop-timeout=10s"),
    "--expect-workers": ("^[1-9][0-9]*$", "--expect-workers=2"),
    "--web-port": ("^[1-9][0-9]{0,4}$", "--web-port=8089"),
}
_WHOLE = "^-?[0-9]+$"
_ANY = "."


def locust_options() -> dict[str, dict[str, str]]:
    """Returns each way to write an option: its full name, how many values it takes, their pattern and an example.

    takes: none, one or many
    """
    options = {}
    for action in get_parser()._actions:
        for written in action.option_strings:
            options[written] = _option(action)
    return dict(sorted(options.items()))


def _option(action: argparse.Action) -> dict[str, str]:
    name = next(each for each in action.option_strings if each.startswith("--"))
    if action.nargs == 0:
        return {"name": name, "takes": "none"}
    pattern, example = _values(name, action)
    return {"name": name, "takes": "many" if action.nargs == "*" else "one", "pattern": pattern, "example": example}


def _values(name: str, action: Any) -> tuple[str, str]:  # noqa: ANN401 (argparse does not say)
    if name in _NARROWER:
        return _NARROWER[name]
    if action.choices:
        return f"^(?i:{'|'.join(action.choices)})$", f"{name}={action.choices[0]}"
    return (_WHOLE, f"{name}=1") if action.type is int else (_ANY, f"{name}=…")
