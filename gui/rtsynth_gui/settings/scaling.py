"""How large the window is, beyond the desktop's scale: Qt takes that once, at its start."""

import os
import sys

VARIABLE = "QT_SCALE_FACTOR"
OURS = "RTSYNTH_SCALED"  # the variable is not the user's own


def apply(scale: float) -> None:
    """Let Qt start in a size; what the user's own variable asks for goes before."""
    if VARIABLE in os.environ:
        return
    if scale != 1.0:
        os.environ[VARIABLE] = str(scale)
        os.environ[OURS] = "1"


def reopened_environment() -> dict[str, str]:
    """What a window that opens again, in the size kept by then, is started with."""
    environment = dict(os.environ)
    if environment.pop(OURS, None):
        environment.pop(VARIABLE, None)
    return environment


def reopen(endpoint: str) -> None:
    """Put a new window in this one's place, in the same process: who waits for it notices nothing.

    Does not return.
    """
    words = [sys.executable, "-m", "rtsynth", "gui", "--connect", endpoint]
    os.execve(sys.executable, words, reopened_environment())
