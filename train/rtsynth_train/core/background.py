"""The lowest priority for what runs beside an engine that plays."""

import os

NICEST = 19


def lower_priority() -> None:
    """Give this process, and those it starts from here on, the lowest priority."""
    if hasattr(os, "nice"):
        os.nice(NICEST)
