"""Reasons of an engine, as a page says them that has no flags."""

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.wording import in_the_window
from tests.gui.pseudo import Pseudo


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (
            "--ahead 900: give 0 to 341 ms at 48000 Hz, or a lower --rate",
            "Ahead 900: give 0 to 341 ms at 48000 Hz, or a lower Sample rate",
        ),
        ("osc-allow: give addresses", "OSC from: give addresses"),
        ("--device 'x' is two; `rtsynth devices` shows: a", "Audio device 'x' is two"),
        ("--threads 9: at least 1", "threads 9: at least 1"),
        ("card is busy", "card is busy"),
    ],
)
def test_options_are_called_as_on_the_page(reason: str, says: str) -> None:
    assert in_the_window(reason) == says


def test_what_is_missing_is_said_in_the_language_of_the_window(qt: QApplication) -> None:
    pseudo = Pseudo()
    qt.installTranslator(pseudo)
    said = in_the_window("no audio output device was found")
    qt.removeTranslator(pseudo)
    assert said == "⟦no audio output device was found⟧"
