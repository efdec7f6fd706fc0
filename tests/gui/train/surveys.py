"""Folders of recordings, and what the trainer's own survey says of them."""

import json
from pathlib import Path

import numpy as np
import soundfile
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rtsynth_gui.train.found import Found, read_found
from rtsynth_train.own.survey import survey

RATE_HZ = 16_000


def write(path: Path, seconds: float = 2.0, rate_hz: int = RATE_HZ, channels: int = 1) -> None:
    """A tone that fluctuates."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = 0.4 * np.sin(2 * np.pi * 220 * time_s) * (1 + 0.3 * np.sin(2 * np.pi * 3 * time_s))
    soundfile.write(path, np.tile(tone, (channels, 1)).T, rate_hz)


def found_in(folder: Path) -> Found:
    """As the window would get it."""
    found = read_found(json.dumps(survey(folder).as_table()))
    assert found is not None
    return found


def on_a_page(box: QWidget) -> QWidget:
    """A page with room left below a box, as the window's has."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(box)
    layout.addStretch(1)
    return page
