"""How large the window is, beyond the desktop's scale, and its language: both from its start on."""

import os
import sys
import time
from collections.abc import Sequence

from rtsynth_gui.settings.language import VARIABLE as LANGUAGE

VARIABLE = "QT_SCALE_FACTOR"
OURS = "RTSYNTH_OURS"  # which of the variables are not the user's own
CONNECT = "--connect"
CHILDREN_S = 1.0  # for processes that were killed to be gone


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


def reopened_words(arguments: Sequence[str], endpoint: str) -> list[str]:
    """The arguments of a command line, with an endpoint in place of the one they name."""
    words, rest = [], iter(arguments)
    for word in rest:
        if word == CONNECT:
            next(rest, None)
        elif not word.startswith(f"{CONNECT}="):
            words.append(word)
    return [*words, CONNECT, endpoint]


def reopen(endpoint: str) -> None:
    """Put a new window in this one's place, in the same process: who waits for it notices nothing.

    With the command line of this one. Does not return; all that it had open is to be closed.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    _wait_for_children()
    arguments = sys.orig_argv[1:] or ["-m", "rtsynth", "gui"]
    words = [sys.executable, *reopened_words(arguments, endpoint)]
    os.execve(sys.executable, words, reopened_environment())


def _wait_for_children() -> None:
    """Nobody else would ask for their status: they would stay behind as zombies."""
    if not hasattr(os, "WNOHANG"):
        return  # Windows has none
    end_s = time.monotonic() + CHILDREN_S
    while time.monotonic() < end_s:
        try:
            ended, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            time.sleep(0.01)
