"""glibc's memory allocator in a process that trains."""

import os
import sys

# glibc gives memory back to the system after every step and page-faults it in again; keeping
# it made a step of the 4x48 network twice as fast. Only read when a process starts.
MALLOC_SETTINGS = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "8000000000",
    "MALLOC_TOP_PAD_": "200000000",
}


def keep_memory() -> None:
    """Start this process again with MALLOC_SETTINGS, unless it has them (Linux only)."""
    if sys.platform != "linux" or all(name in os.environ for name in MALLOC_SETTINGS):
        return
    os.execve(sys.executable, sys.orig_argv, {**MALLOC_SETTINGS, **os.environ})
