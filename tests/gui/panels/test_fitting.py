"""The window's first size; how it grows is in tests/gui/test_window.py."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QMainWindow

from rtsynth_gui.panels.deck import Deck
from rtsynth_gui.panels.fitting import SETTLED_FRAMES, USUAL_SIZE, Fitting


@pytest.mark.parametrize(
    ("screen", "size", "opens"),
    [
        ((1920, 1080), None, USUAL_SIZE),
        ((1920, 1080), QSize(900, 600), QSize(900, 600)),
        ((1024, 576), None, QSize(1024, 576)),  # one of 1280 by 720 at 125 %
        ((500, 300), None, QSize(900, 500)),  # it has no room there
    ],
)
def test_the_size(
    qt: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    screen: tuple[int, int],
    size: QSize | None,
    opens: QSize,
) -> None:
    window = QMainWindow()
    deck = Deck(window)
    free = SimpleNamespace(availableGeometry=lambda: QRect(0, 0, *screen))
    monkeypatch.setattr(window, "screen", lambda: free)
    monkeypatch.setattr(window, "minimumSizeHint", lambda: QSize(900, 500))
    fitting = Fitting(window, deck, size)
    assert window.size() == opens
    if size is None and screen[0] > 500:
        fitting.shown()
        for _ in range(SETTLED_FRAMES):
            fitting.frame()
        assert window.size() == opens
