"""The window's first size; how it grows is in tests/gui/test_window.py."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QMainWindow

from rtsynth_gui.panels.deck import Deck
from rtsynth_gui.panels.fitting import SETTLED_FRAMES, USUAL_SIZE, Fitting


def test_the_size(qt: QApplication) -> None:
    for size, opens in ((None, USUAL_SIZE), (QSize(900, 600), QSize(900, 600))):
        window = QMainWindow()
        fitting = Fitting(window, Deck(window), size)
        fitting.shown()
        for _ in range(SETTLED_FRAMES):
            fitting.frame()
        assert window.size() == opens
