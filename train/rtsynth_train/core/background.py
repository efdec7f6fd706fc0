"""Giving way to everything else on the machine: an engine that plays is not to notice."""

import os

NICEST = 19


def give_way() -> None:
    """Take the lowest priority, and what the process starts from here on with it."""
    if hasattr(os, "nice"):
        os.nice(NICEST)
