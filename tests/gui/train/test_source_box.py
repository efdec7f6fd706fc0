"""Choosing recordings: what is shown of them, what hinders, and clean copies by one click."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from rtsynth.plugin.library import find_plugins
from rtsynth_gui.train.source_box import SourceBox
from tests.gui.conftest import Spin
from tests.gui.train.surveys import on_a_page, write

pytestmark = pytest.mark.system


@pytest.fixture
def box(qt: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceBox:
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path / "runs"))
    box = SourceBox()
    box.show()
    return box


def test_what_is_found_moves_no_button(box: SourceBox, spin: Spin, tmp_path: Path) -> None:
    page = on_a_page(box)
    page.resize(320, 600)
    page.show()
    spin(lambda: box.begin.y() > 0)
    place = box.begin.geometry()
    for pitch in (60, 72):
        write(tmp_path / "flute" / f"flute_p{pitch}.00.wav", rate_hz=44_100, channels=2)
    box.look_at(tmp_path / "flute")
    spin(lambda: box.found and box.clean.isVisible() and box.problems.isVisible())
    spin(lambda: box.problems.y() > box.clean.y() > box.note.y() > 0)
    assert box.begin.geometry() == place
    page.close()


@pytest.mark.measure
def test_a_folder_is_cleaned_and_trained_on(box: SourceBox, spin: Spin, tmp_path: Path) -> None:
    wanted: list[tuple[Path, str, float, str]] = []
    box.start_wanted.connect(lambda *all_four: wanted.append(all_four))
    assert not box.begin.isEnabled()
    for pitch in (60, 72):
        write(tmp_path / "flute" / f"flute_p{pitch}.00.wav", rate_hz=44_100, channels=2)
    write(tmp_path / "flute" / "flute_p66.00.wav", seconds=0.1)  # too short
    box.look_at(tmp_path / "flute")
    assert "reading…" in box.about.text()
    spin(lambda: box.found)
    assert "3 recordings" in box.about.text()
    assert box.problems.count() == 3
    assert (box.kind.currentData(), box.begin.isEnabled()) == ("note", False)
    assert "Make clean copies first" in box.note.text()
    QTest.mouseClick(box.clean, Qt.MouseButton.LeftButton)
    assert not box.clean.isEnabled()
    spin(lambda: box.source != tmp_path / "flute" and box.found)
    assert box.source is not None
    assert (box.source.name, box.source.is_relative_to(tmp_path / "runs")) == ("flute", True)
    assert "No problems found" in box.about.text()
    assert box.clean.isHidden()
    assert "lowest priority" in box.note.text()
    QTest.mouseClick(box.begin, Qt.MouseButton.LeftButton)
    assert wanted == [(box.source, "note", 10.0, "")]


def test_a_plugin_to_start_from(
    box: SourceBox, spin: Spin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    wanted: list[tuple[Path, str, float, str]] = []
    box.start_wanted.connect(lambda *all_four: wanted.append(all_four))
    write(tmp_path / "rain" / "rain.wav")
    box.look_at(tmp_path / "rain")
    box.list_starts()
    spin(lambda: box.found and box.start.count() > 1)
    assert texts(box.start)[0] == "From nothing"
    assert "From clarinet-trumpet" not in texts(box.start)
    box.start.setCurrentText("From voices")
    box.kind.setCurrentIndex(box.kind.findData("loop"))  # also a SampleRNN
    assert box.start.currentText() == "From voices"
    QTest.mouseClick(box.begin, Qt.MouseButton.LeftButton)
    ((_, kind, _, start),) = wanted
    assert kind == "loop"
    assert Path(start) == find_plugins()["voices"]
    box.kind.setCurrentIndex(box.kind.findData("note"))
    assert {"From nothing", "From clarinet-trumpet"} <= set(texts(box.start))
    assert "From voices" not in texts(box.start)
    assert box.start.currentData() == ""


def texts(box: QComboBox) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_what_cannot_be_trained_on_says_why(box: SourceBox, spin: Spin, tmp_path: Path) -> None:
    said: list[str] = []
    box.said.connect(lambda text, failure: said.append(text))
    box.look_at(tmp_path / "gone")
    spin(lambda: said)
    assert "no such file or folder" in said[0]
    assert said[0] in box.about.text()
    assert not box.begin.isEnabled()
    write(tmp_path / "rain" / "rain.wav")
    box.look_at(tmp_path / "rain")
    spin(lambda: box.found)
    assert box.kind.currentData() == "texture"
    assert box.begin.isEnabled()
    box.kind.setCurrentIndex(0)
    assert "Notes need a parameter" in box.note.text()
    assert not box.begin.isEnabled()
