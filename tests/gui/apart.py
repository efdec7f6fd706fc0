"""Programs with a QApplication of their own, for what changes all windows of a process.

Those that other tests have left behind would all be styled again: a second for each few.
"""

import os
import subprocess
import sys
from pathlib import Path

BEGINNING = """
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rtsynth_gui.app import application
from rtsynth_gui.widgets import theme
from rtsynth_gui.widgets.palettes import DARK, LIGHT, PALETTES
qt = application()
"""


def apart(program: str, folder: Path) -> None:
    """Run a program, whose assertions hold; `folder` is where its window keeps things."""
    environment = os.environ | {"RTSYNTH_WINDOW": str(folder), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-c", BEGINNING + program + "\nprint('through')"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (0, "through\n"), ended.stderr
