"""The window is no larger than its screen, whatever the scale; what has no room is scrolled to."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.panels.within_screen import WithinScreen
from tests.gui.conftest import Spin
from tests.gui.peer import Peer, mixed, tiered
from tests.places import ROOT
from tests.requirements import require
from tests.rtsynth.host.test_live_jack import virtual_screen

Describe = Callable[[], dict[str, Any]]
SLOTS = partial(mixed, 3)

pytestmark = [
    pytest.mark.system,
    pytest.mark.measure,
    pytest.mark.skipif(sys.platform != "linux", reason="X11"),
]


def opened(
    folder: Path, screen: str, scale: str, language: str, describe: Describe = SLOTS
) -> dict[str, Any]:
    """What a window of its own says of its room there."""
    require("Xvfb")
    with virtual_screen(screen) as display, Peer(describes=describe()) as peer:
        own = {
            "QT_QPA_PLATFORM": "xcb",
            "DISPLAY": display,
            "QT_SCALE_FACTOR": scale,
            "RTSYNTH_LANGUAGE": language,
            "RTSYNTH_WINDOW": str(folder),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.gui.fits", str(peer.port), str(folder / "window.png")],
            cwd=ROOT,
            env=os.environ | own,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("screen", "scale"),
    [("1280x720", "1.5"), ("1280x720", "2"), ("1366x768", "1.5"), ("1920x1080", "1.5")],
)
def test_a_large_scale(tmp_path: Path, screen: str, scale: str, language: str) -> None:
    found = opened(tmp_path, screen, scale, language)
    assert found["window"][0] <= found["screen"][0]
    assert found["window"][1] <= found["screen"][1]
    assert found["scrolls"] is (found["least"][0] > found["screen"][0])
    assert found["down"] or found["least"][1] < found["screen"][1]
    assert found["reached"]  # all of it can be


@pytest.mark.parametrize("describe", [SLOTS, tiered])
@pytest.mark.parametrize("language", ["en", "de"])
def test_1280_by_720_has_room_for_all(tmp_path: Path, language: str, describe: Describe) -> None:
    """Also where it would rather be higher."""
    found = opened(tmp_path, "1280x720", "1", language, describe)
    assert found["least"][0] <= 1280
    assert found["least"][1] <= 720
    assert not found["scrolls"]
    assert not found["down"]
    assert found["reached"]


def test_what_is_opened_is_scrolled_to(qt: QApplication, spin: Spin) -> None:
    window, content = QWidget(), QWidget()
    area = WithinScreen(content, window)
    content.setMinimumSize(2000, 400)
    page = QWidget(content)
    page.setGeometry(1700, 0, 300, 400)
    area.setGeometry(0, 0, 800, 500)
    window.resize(800, 500)
    window.show()
    spin(lambda: area.horizontalScrollBar().maximum() > 0)
    assert area.horizontalScrollBar().value() == 0
    area.reveal(page)
    spin(lambda: area.horizontalScrollBar().value() >= 1200)
    window.close()


def test_what_is_higher_than_the_screen_is_opened_at_its_top(qt: QApplication, spin: Spin) -> None:
    """The search field is there, and the heading."""
    window, content = QWidget(), QWidget()
    area = WithinScreen(content, window)
    content.setMinimumSize(700, 900)
    page = QWidget(content)
    page.setGeometry(300, 100, 300, 800)
    area.setGeometry(0, 0, 800, 500)
    window.resize(800, 500)
    window.show()
    spin(lambda: area.verticalScrollBar().maximum() == 400)
    for before in (0, 400):
        area.verticalScrollBar().setValue(before)
        area.reveal(page)
        spin(lambda: area.verticalScrollBar().value() == 100)
    window.close()
