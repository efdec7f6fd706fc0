"""The lowest priority, of a process of its own: it cannot be given back."""

import subprocess
import sys

import pytest

from rtsynth_train.core.background import NICEST

SHOW = (
    "import os; from rtsynth_train.core.background import lower_priority\n"
    "lower_priority(); print(os.nice(0))"
)


@pytest.mark.system
def test_the_process_has_the_lowest_priority() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True)
    assert int(shown.stdout) == NICEST
