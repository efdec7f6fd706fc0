"""Imports that are left out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def without(module: str) -> Iterator[None]:
    """Importing a module that is not loaded yet fails inside this block."""
    modules: Any = sys.modules  # whose type knows no None
    if module in modules:
        yield
        return
    modules[module] = None
    try:
        yield
    finally:
        del modules[module]
