"""Sizes reach Qt at the start of a process, and what the user asks for goes before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rtsynth_gui.settings.kept import Kept, write_kept
from rtsynth_gui.settings.scaling import (
    LANGUAGE,
    OURS,
    VARIABLE,
    apply,
    reopened_environment,
    reopened_words,
)
from tests.gui.apart import apart


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


@pytest.mark.parametrize(
    "arguments",
    [
        ["-m", "rtsynth", "gui"],
        ["-m", "rtsynth", "gui", "--connect", "pi:9001"],
        ["-m", "rtsynth", "gui", "--connect=pi:9001"],
        ["-m", "rtsynth", "--connect", "pi:9001", "gui"],
        ["-m", "rtsynth", "gui", "--connect"],
    ],
)
def test_a_window_opens_again_as_it_was_started(arguments: list[str]) -> None:
    words = ["-m", "rtsynth", "gui", "--connect", "here:9000"]
    assert reopened_words(arguments, "here:9000") == words
    assert reopened_words(["-X", "dev", *arguments], "here:9000") == ["-X", "dev", *words]


REOPENED = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QProcess, QTimer
from PySide6.QtWidgets import QApplication
from rtsynth_gui import app
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.window import Window
folder = Path(os.environ["RTSYNTH_WINDOW"])
if sys.argv[1:]:
    assert sys.argv[1:] == ["--connect", "127.0.0.1:9429"]
    assert (folder / "kept").read_text() == "all"
    assert int((folder / "process").read_text()) == os.getpid()
    (folder / "again").touch()
    os._exit(0)
else:
    def write():
        time.sleep(0.3)  # a slow disk
        (folder / "kept").write_text("all")

    def press():
        (window,) = [each for each in qt.topLevelWidgets() if isinstance(each, Window)]
        (folder / "process").write_text(str(os.getpid()))
        KEPT.put(write)
        window.settings.window_section.reopen_wanted.emit()

    QTimer.singleShot(100, press)
    app.run("127.0.0.1", 9429)
"""


@pytest.mark.measure
def test_what_is_being_written_is_there_before_it_opens_again(tmp_path: Path) -> None:
    apart(REOPENED, tmp_path)
    assert (tmp_path / "again").exists()
