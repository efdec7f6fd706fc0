"""Theme and size: worn at once, kept, and a window that opens again in another size."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.kept import Kept, kept_file, read_kept
from rtsynth_gui.settings.window_section import WindowSection, theme_texts
from rtsynth_gui.widgets import theme


@pytest.fixture
def section(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[WindowSection]:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path))
    before = theme.worn(qt)
    shown = WindowSection()
    shown.show()
    yield shown
    shown.close()
    theme.wear(qt, before)


def test_a_theme_is_worn_at_once_and_kept(qt: QApplication, section: WindowSection) -> None:
    assert list(theme_texts()) == list(theme.THEMES)
    assert section.theme.key == "dark"
    QTest.keyClick(section.theme.menu, Qt.Key.Key_Down)
    assert theme.worn(qt) == "light"
    assert read_kept(kept_file()) == Kept("light", 1.0)


def test_another_size_is_for_a_window_that_opens_again(section: WindowSection) -> None:
    wanted: list[bool] = []
    section.reopen_wanted.connect(lambda: wanted.append(True))
    assert not section.reopen.isVisible()
    QTest.keyClick(section.scale.menu, Qt.Key.Key_End)
    assert read_kept(kept_file()) == Kept("dark", 2.0)
    assert section.reopen.isVisible()
    section.reopen.click()
    assert wanted == [True]
    QTest.keyClick(section.scale.menu, Qt.Key.Key_Home)
    assert not section.reopen.isVisible()


def test_what_cannot_be_kept_is_said(section: WindowSection, tmp_path: Path) -> None:
    heard: list[str] = []
    section.said.connect(heard.append)
    kept_file().mkdir()  # in the way of the file
    QTest.keyClick(section.theme.menu, Qt.Key.Key_Down)
    assert len(heard) == 1
    assert str(tmp_path) in heard[0]


def test_a_damaged_file_is_said_and_the_window_opens(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path))
    kept_file().write_text("{")
    section = WindowSection()
    assert str(kept_file()) in section.problem
    assert section.theme.key == "dark"
