"""Opening files: what the desktop's launcher answers. It is a small program here."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from rtsynth_gui.takes import opener
from rtsynth_gui.takes.opener import LAUNCHER, Opener
from tests.gui.conftest import Spin

pytestmark = pytest.mark.system


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs that there is."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def write(program: Path, *lines: str) -> None:
    program.write_text("\n".join(("#!/bin/sh", *lines, "")))
    program.chmod(0o755)


def end(opened: Opener, spin: Spin) -> None:
    """Until the launcher that was just asked for has ended."""
    spin(lambda: opened._launched)
    spin(lambda: not opened._launched)


def test_a_launcher_gets_the_path(
    programs: Path, tmp_path: Path, qt: QApplication, spin: Spin
) -> None:
    write(programs / LAUNCHER, f'printf %s "$1" > "{tmp_path}/opened"')
    owner, failed = QObject(), list[str]()
    opened = Opener(owner)
    opened.failed.connect(failed.append)
    opened.open(tmp_path / "a take.wav")
    end(opened, spin)
    assert (tmp_path / "opened").read_text() == f"{tmp_path}/a take.wav"
    assert failed == []


@pytest.mark.usefixtures("qt")
def test_a_launcher_that_finds_no_program(programs: Path, tmp_path: Path, spin: Spin) -> None:
    write(programs / LAUNCHER, "exit 3")  # as xdg-open does where nothing opens folders
    owner, failed = QObject(), list[str]()
    opened = Opener(owner)
    opened.failed.connect(failed.append)
    opened.open(tmp_path)
    spin(lambda: failed == [str(tmp_path)])


@pytest.mark.usefixtures("qt")
def test_what_ends_badly_long_after_was_open(
    programs: Path, tmp_path: Path, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener, "LAUNCHED_S", 0.0)
    write(programs / LAUNCHER, "exit 1")
    owner, failed = QObject(), list[str]()
    opened = Opener(owner)
    opened.failed.connect(failed.append)
    opened.open(tmp_path)
    end(opened, spin)
    assert failed == []


@pytest.mark.usefixtures("qt", "programs")
def test_without_a_launcher(tmp_path: Path, spin: Spin) -> None:
    owner, failed = QObject(), list[str]()
    opened = Opener(owner)
    opened.failed.connect(failed.append)
    opened.open(tmp_path)
    spin(lambda: failed == [str(tmp_path)])
