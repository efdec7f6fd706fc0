"""Sizes reach Qt at the start of a process, and what the user asks for goes before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth_gui.settings.kept import Kept, write_kept
from rtsynth_gui.settings.scaling import LANGUAGE, OURS, VARIABLE, apply, reopened_environment


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (VARIABLE, LANGUAGE, OURS):
        monkeypatch.setenv(name, "")  # what a test sets is taken back
        monkeypatch.delenv(name)


def test_ours_is_taken_back_before_the_next() -> None:
    apply(1.0)
    assert VARIABLE not in os.environ
    apply(1.5)
    assert os.environ[VARIABLE] == "1.5"
    assert VARIABLE not in reopened_environment()
    apply(2.0, "de")  # the size is there already
    assert (os.environ[VARIABLE], os.environ[LANGUAGE]) == ("1.5", "de")


def test_the_users_own_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "3")
    apply(1.5)
    assert reopened_environment()[VARIABLE] == "3"


@pytest.mark.system
def test_a_window_opens_in_the_size_that_is_kept(tmp_path: Path) -> None:
    write_kept(tmp_path / "window.json", Kept("light", 1.5, "de"))
    code = (
        "from rtsynth_gui.app import application\n"
        "from rtsynth_gui.widgets import theme\n"
        "qt = application()\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "theme_word = QCoreApplication.translate('WindowSection', 'Theme')\n"
        "print(qt.devicePixelRatio(), theme.current_theme(qt), theme_word != 'Theme')"
    )
    environment = os.environ | {"RTSYNTH_WINDOW": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == ["1.5", "light", "True"]
