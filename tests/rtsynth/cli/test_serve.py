"""A start of the engine is as short as it can be."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import gc, sys
from rtsynth.cli import main
status = main(["serve", *sys.argv[1:]])
assert gc.isenabled()
print(status, "scipy" in sys.modules)
"""


@pytest.mark.measure
def test_the_engine_does_not_import_what_it_has_no_use_for(plugin_path: Path) -> None:
    flags = ["--device", "null", "--midi", "none", "--osc", "0", "--seconds", "0.1"]
    words = [sys.executable, "-c", PROGRAM, str(plugin_path), *flags]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.stdout.split() == ["0", "False"], done.stderr
