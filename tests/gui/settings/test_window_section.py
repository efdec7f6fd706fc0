"""Theme and size: applied at once, kept, and a window that opens again in another size."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.settings.kept import Kept, kept_file, read_kept
from rtsynth_gui.settings.window_section import WindowSection, theme_texts
from rtsynth_gui.widgets.theme import THEMES
from tests.gui.apart import apart

BEGINNING = """
from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.settings.kept import Kept, kept_file, read_kept
from rtsynth_gui.settings.window_section import WindowSection

def kept():
    assert KEPT.settle(60.0)
    return read_kept(kept_file())

section = WindowSection()
section.show()
"""

THEME = """
assert section.theme.key == "dark"
QTest.keyClick(section.theme.menu, Qt.Key.Key_Down)
assert theme.current_theme(qt) == "light"
assert kept() == Kept("light", 1.0)
"""

SIZE = """
wanted = []
section.reopen_wanted.connect(lambda: wanted.append(True))
assert not section.reopen.isVisible()
QTest.keyClick(section.scale.menu, Qt.Key.Key_End)
assert kept() == Kept("dark", 2.0)
assert section.reopen.isVisible()
section.reopen.click()
assert wanted == [True]
QTest.keyClick(section.scale.menu, Qt.Key.Key_Home)
assert not section.reopen.isVisible()
QTest.keyClick(section.language.menu, Qt.Key.Key_Down)
assert kept() == Kept("dark", 1.0, section.language.key)
assert section.language.key == "de"
assert section.reopen.isVisible()
"""

CHOSEN = """
assert section.chosen("minutes of training") == ""
section.choose("minutes of training", "30")
section.choose("format of takes", "flac")
assert section.chosen("minutes of training") == "30"
assert kept().chosen == {"minutes of training": "30", "format of takes": "flac"}
from rtsynth_gui.train.source_box import SourceBox
box = SourceBox(choices=section)
assert box.minutes == 30.0
box.time.setCurrentIndex(0)
assert kept().chosen["minutes of training"] == "2"
section.choose("minutes of training", "31")  # another version's
assert SourceBox(choices=section).minutes == 10.0
"""

NOT_KEPT = """
said = []
section.said.connect(said.append)
kept_file().mkdir()  # in the way of the file
QTest.keyClick(section.theme.menu, Qt.Key.Key_Down)
assert section._keeper.settle(60.0)
assert len(said) == 1
assert str(kept_file()) in said[0]
assert theme.current_theme(qt) == "light"
"""


@pytest.mark.system
@pytest.mark.parametrize(
    "program", [THEME, SIZE, CHOSEN, NOT_KEPT], ids=["theme", "size", "pages", "not kept"]
)
def test_what_is_chosen_takes_effect_and_is_kept(program: str, tmp_path: Path) -> None:
    apart(BEGINNING + program, tmp_path)


def test_every_theme_has_a_name(qt: QApplication) -> None:
    assert list(theme_texts()) == list(THEMES)


def test_a_damaged_file_is_said_and_the_section_is_there(
    qt: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RTSYNTH_WINDOW", str(tmp_path))
    kept_file().write_text("{")
    section = WindowSection()
    assert str(kept_file()) in section.problem
    assert section.theme.key == "dark"
    said: list[str] = []
    section.said.connect(said.append)
    section.scale.chosen.emit("2.0")
    assert section._keeper.settle(60.0)
    assert said == [section.problem]
    assert kept_file().read_text() == "{"  # nobody's work is written over
    kept_file().unlink()
    section.scale.chosen.emit("1.5")
    assert section._keeper.settle(60.0)
    assert read_kept(kept_file()) == Kept("dark", 1.5)
