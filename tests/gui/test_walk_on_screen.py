"""The walk again, under a real X server: other windows, menus and focus than without a screen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT
from tests.requirements import require

TESTS = [
    "tests/gui/test_walk.py::test_everything_is_alive",
    "tests/gui/test_walk_pages.py::test_settings",
]
TIMEOUT_S = 500


@pytest.mark.measure
def test_everything_is_alive_under_xvfb(tmp_path: Path) -> None:
    require("Xvfb", "xvfb-run", "xauth")
    screen = ["xvfb-run", "--auto-servernum", "--server-args=-screen 0 1600x1000x24"]
    done = subprocess.run(
        [*screen, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS],
        cwd=ROOT,
        env=os.environ
        | {"QT_QPA_PLATFORM": "xcb", "PYTEST_ADDOPTS": f"--basetemp={tmp_path}/walk"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "3 passed" in done.stdout
