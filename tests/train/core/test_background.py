"""The lowest priority, of a process of its own: it cannot be given back."""

import subprocess
import sys

import pytest

from rtsynth_train.core.background import NICEST

SHOW = (
    "import os; from rtsynth_train.core.background import give_way; give_way(); print(os.nice(0))"
)


@pytest.mark.system
def test_it_gives_way() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True)
    assert int(shown.stdout) == NICEST
