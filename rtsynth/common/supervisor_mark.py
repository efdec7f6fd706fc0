"""Whether this process was started by a supervisor (`rtsynth play`) that is still there.

It starts an engine again that crashes, and ends its window with an engine that is not to come back:
so as long as the window lives, its engine does.
"""

import os
import sys

VARIABLE = "RTSYNTH_SUPERVISOR"  # its process


def marked_environment() -> dict[str, str]:
    """The environment of this process, for one that it supervises."""
    return {**os.environ, VARIABLE: str(os.getpid())}


def is_supervised() -> bool:
    """Whether the supervisor of this process is there; not so for those that this one starts."""
    pid = os.environ.get(VARIABLE)
    # Windows: what starts Python there may be a process in between.
    return bool(pid) and (sys.platform == "win32" or pid == str(os.getppid()))
