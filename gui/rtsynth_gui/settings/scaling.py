"""How large the window is, beyond the desktop's scale, and its language: both from its start on."""

import os
import sys

from rtsynth_gui.language import VARIABLE as LANGUAGE
from rtsynth_gui.link.worker import KEPT

VARIABLE = "QT_SCALE_FACTOR"
OURS = "RTSYNTH_OURS"  # which of the variables are not the user's own


def apply(scale: float, language: str = "") -> None:
    """Let the window start in a size and a language ("" for the desktop's); what the user's own
    variables ask for goes before."""
    wanted = {VARIABLE: "" if scale == 1.0 else str(scale), LANGUAGE: language}
    ours = {name: text for name, text in wanted.items() if text and name not in os.environ}
    os.environ.update(ours)
    if ours:
        os.environ[OURS] = ",".join(ours)


def reopened_environment() -> dict[str, str]:
    """What a window that opens again, as is kept by then, is started with."""
    environment = dict(os.environ)
    for name in environment.pop(OURS, "").split(","):
        environment.pop(name, None)
    return environment


def reopen(endpoint: str) -> None:
    """Put a new window in this one's place, in the same process: who waits for it notices nothing.

    Does not return.
    """
    KEPT.settle()  # it begins with what was chosen in this one
    words = [sys.executable, "-m", "rtsynth", "gui", "--connect", endpoint]
    os.execve(sys.executable, words, reopened_environment())
