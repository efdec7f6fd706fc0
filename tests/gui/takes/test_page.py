"""The page of takes: what a take's buttons do to its file."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from rtsynth_gui.link.worker import KEPT
from rtsynth_gui.takes.opener import LAUNCHER
from rtsynth_gui.takes.page import TakesPage
from rtsynth_gui.window import Window
from tests.gui.conftest import TIMEOUT_S, Spin
from tests.gui.peer import Peer

pytestmark = pytest.mark.system


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_TAKES", str(tmp_path / "takes"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # with the trash
    (tmp_path / "takes").mkdir()
    (tmp_path / "data").mkdir()
    soundfile.write(tmp_path / "takes" / "one.wav", np.zeros(8000), 8000)
    return tmp_path / "takes"


def names(page: TakesPage) -> list[str]:
    return [page.list.item(row).text() for row in range(page.list.count())]


def settle(page: TakesPage) -> None:
    """Until what was asked for is done, and listed."""
    for _ in range(2):
        assert page.worker.settle(TIMEOUT_S)


@pytest.fixture
def page(folder: Path, window: Window, spin: Spin) -> TakesPage:
    window.transport.views["Takes"].click()
    assert window.takes.isVisible()
    spin(lambda: names(window.takes) == ["one"])
    return window.takes


def test_takes_are_played_and_shown(page: TakesPage, folder: Path) -> None:
    opened: list[Path] = []
    page.open_path = opened.append
    assert names(page) == ["one"]
    assert not page.buttons["play"].isEnabled()
    page.list.setCurrentRow(0)
    assert page.about.text().startswith("0:01")
    page.buttons["play"].click()
    page.buttons["show"].click()
    assert opened == [folder / "one.wav", folder]


def test_a_right_click_offers_what_the_buttons_do(
    page: TakesPage, folder: Path, window: Window
) -> None:
    opened: list[Path] = []
    page.open_path = opened.append
    place = page.list.visualItemRect(page.list.item(0)).center()
    page.list.customContextMenuRequested.emit(place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    actions = menu.actions()
    texts = [action.text() for action in actions]
    assert texts == ["Play", "Show in folder", "Rename", "Delete", "Copy path"]
    menu.close()
    actions[1].trigger()
    actions[4].trigger()
    assert QGuiApplication.clipboard().text() == str(folder / "one.wav")
    assert window.transport.message.whole == f"Copied {folder / 'one.wav'}"
    assert opened == [folder]
    page.list.editItem(page.list.item(0))
    (field,) = page.list.findChildren(QLineEdit)
    assert field.height() >= page.list.visualItemRect(page.list.item(0)).height()


def test_what_nothing_opens_is_said(
    page: TakesPage,
    window: Window,
    folder: Path,
    spin: Spin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / LAUNCHER).write_text("#!/bin/sh\nexit 3\n")  # it finds no program for folders
    (tmp_path / LAUNCHER).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    page.list.setCurrentRow(0)
    page.do("show")
    said = f"<qt>no program on this machine opens {folder} (right-click the take: Copy path)</qt>"
    spin(lambda: window.transport.message.toolTip() == said)
    assert window.transport.message.objectName() == "failure"


def test_renaming(page: TakesPage, folder: Path, window: Window) -> None:
    page.list.item(0).setText("first try")
    settle(page)
    assert [path.name for path in folder.iterdir()] == ["first try.wav"]
    assert names(page) == ["first try"]
    assert window.transport.message.whole == "one is now called first try"
    page.list.item(0).setText("a/b")
    settle(page)
    assert window.transport.message.objectName() == "failure"
    assert names(page) == ["first try"]
    # On the page there is room for all of it, until something else is done.
    assert page.about.text().startswith("'a/b' is no name: give 1 to 64 characters")
    assert page.about.objectName() == "failure"
    assert page.about.wordWrap()
    page.list.item(0).setText("second try")
    settle(page)
    assert "a/b" not in page.about.text()
    assert page.about.objectName() == "dim"


def test_two_takes_of_one_name(page: TakesPage, folder: Path, window: Window, spin: Spin) -> None:
    soundfile.write(folder / "one.flac", np.zeros(8000), 8000)
    spin(lambda: sorted(names(page)) == ["one.flac", "one.wav"])
    row = names(page).index("one.flac")
    page.list.setCurrentRow(row)
    page.do("rename")
    (field,) = page.list.findChildren(QLineEdit)
    assert field.text() == "one"  # its ending stays
    field.setText("one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(page)
    assert sorted(names(page)) == ["one.flac", "one.wav"]
    page.list.item(names(page).index("one.flac")).setText("two")
    settle(page)
    assert sorted(path.name for path in folder.iterdir()) == ["one.wav", "two.flac"]
    assert sorted(names(page)) == ["one", "two"]


def test_deleting_moves_to_the_trash(page: TakesPage, folder: Path, window: Window) -> None:
    page.list.setCurrentRow(0)
    page.buttons["delete"].click()
    settle(page)
    assert list(folder.iterdir()) == []
    assert names(page) == []
    assert "moved to the trash" in window.transport.message.toolTip()


def test_the_keyboard_stays_in_the_list_and_the_next_take_is_marked(
    page: TakesPage, folder: Path, window: Window, spin: Spin
) -> None:
    for name in ("two", "three"):
        soundfile.write(folder / f"{name}.wav", np.zeros(8000), 8000)
    page.refresh()
    spin(lambda: len(names(page)) == 3)
    window.activateWindow()
    spin(window.isActiveWindow)
    _, second, third = names(page)
    page.list.setCurrentRow(0)
    page.buttons["delete"].setFocus()
    QTest.keyClick(page.buttons["delete"], Qt.Key.Key_Space)
    settle(page)
    assert names(page) == [second, third]
    assert page.take == folder / f"{second}.wav"
    assert page.list.hasFocus()
    page.list.setCurrentRow(1)
    for left in ([second], []):  # the one before the last, and then nothing
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        settle(page)
        assert names(page) == left
        assert page.list.hasFocus()
    assert not list(folder.iterdir())


def test_a_failing_disk_leaves_nothing_stuck(
    page: TakesPage, folder: Path, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def forbidden(*about: object) -> None:
            raise PermissionError(13, "Permission denied", str(folder))

        patch.setattr(page._files, "rename", forbidden)
        page.list.item(0).setText("first try")
        settle(page)
    assert "Permission denied" in window.transport.message.toolTip()
    assert names(page) == ["one"], "as it is on the disk"
    page.list.item(0).setText("first try")
    settle(page)
    window.desk.undo()
    settle(page)
    assert [path.name for path in folder.iterdir()] == ["one.wav"]


def test_renaming_and_deleting_are_undone(page: TakesPage, folder: Path, window: Window) -> None:
    desk = window.desk

    def files() -> list[str]:
        return [path.name for path in folder.iterdir()]

    page.list.item(0).setText("first try")
    settle(page)
    page.list.setCurrentRow(0)
    page.buttons["delete"].click()
    settle(page)
    assert (files(), desk.history.undo_title) == ([], "delete take first try")
    desk.undo()
    settle(page)
    assert (files(), names(page)) == (["first try.wav"], ["first try"])
    assert page.take == folder / "first try.wav", "what came back is marked"
    assert desk.history.undo_title == "rename take one"
    desk.undo()
    settle(page)
    assert (files(), names(page)) == (["one.wav"], ["one"])
    desk.redo()
    desk.redo()  # before the first one is done
    settle(page)
    assert (files(), names(page)) == ([], [])
    desk.undo()
    settle(page)
    assert files() == ["first try.wav"]
    (folder / "first try.wav").unlink()  # by something else: there is nothing to undo any more
    page.refresh()
    settle(page)
    assert desk.history.undo_title == ""


def test_what_cannot_be_undone_is_said(
    page: TakesPage, folder: Path, window: Window, spin: Spin
) -> None:
    page.list.item(0).setText("two")
    settle(page)
    soundfile.write(folder / "one.wav", np.zeros(80), 8000)
    window.desk.undo()
    spin(lambda: "there is one already" in window.transport.message.toolTip())
    assert sorted(path.name for path in folder.iterdir()) == ["one.wav", "two.wav"]


def test_what_is_recorded_now_is_left_alone(
    page: TakesPage, folder: Path, window: Window, spin: Spin
) -> None:
    window.recorder.path = str(folder / "one.wav")
    page.list.setCurrentRow(0)
    page.do("delete")
    page.list.item(0).setText("two")
    settle(page)
    assert [path.name for path in folder.iterdir()] == ["one.wav"]
    assert names(page) == ["one"]
    spin(lambda: "is being recorded" in window.transport.message.toolTip())


def test_new_takes_appear(page: TakesPage, folder: Path, spin: Spin, tmp_path: Path) -> None:
    soundfile.write(folder / "two.flac", np.zeros(80), 8000)
    spin(lambda: sorted(names(page)) == ["one", "two"])
    elsewhere = tmp_path / "other.wav"
    soundfile.write(elsewhere, np.zeros(80), 8000)
    page._recorder.ended.emit(str(elsewhere))
    settle(page)
    assert page.take == elsewhere


def test_the_format_is_chosen_and_kept(
    page: TakesPage, window: Window, peer: Peer, open_window: Callable[[int], Window]
) -> None:
    page.form.setCurrentText("FLAC")
    assert window.recorder.form == "flac"
    assert KEPT.settle(TIMEOUT_S)
    again = open_window(peer.port)
    assert again.recorder.form == "flac"
    assert again.takes.form.currentText() == "FLAC"
    again.takes.form.setCurrentText("WAV")
    assert again.recorder.form == "wav"
    assert KEPT.settle(TIMEOUT_S)
    assert open_window(peer.port).recorder.form == "wav"


def test_what_could_not_be_done_with_a_take_is_not_said_of_the_next(
    page: TakesPage, folder: Path, spin: Spin
) -> None:
    page.list.setCurrentRow(0)
    page._say_not_opened("one.wav")
    assert "no program on this machine opens one.wav" in page.about.text()
    page.refresh()
    settle(page)
    assert "opens one.wav" in page.about.text()  # it is marked still
    soundfile.write(folder / "two.wav", np.zeros(16_000), 8000)
    page._recorder.ended.emit(str(folder / "two.wav"))
    spin(lambda: page.take == folder / "two.wav")
    assert page.about.text().startswith("0:02")


def test_an_engine_elsewhere(window: Window, rest: Callable[[float], None]) -> None:
    window.takes.allow(False)
    assert not window.takes.isEnabled()
    assert "another machine" in window.takes.toolTip()


def test_a_window_that_closes_ends_what_it_has_begun(
    page: TakesPage, folder: Path, window: Window
) -> None:
    page.list.item(0).setText("first try")
    window.close()
    assert [path.name for path in folder.iterdir()] == ["first try.wav"]


def test_a_take_that_was_just_asked_for_begins_though_the_window_closes(
    page: TakesPage, window: Window, peer: Peer, spin: Spin
) -> None:
    window.transport.buttons["record"].click()
    window.close()
    spin(lambda: peer.count("/record/start"))
