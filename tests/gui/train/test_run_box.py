"""A run as it is shown: its curves, previews, and which buttons can be pressed when."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.train.run_box import RunBox
from rtsynth_gui.train.trainer import State, Trainer
from rtsynth_train.core.progress_file import ProgressFile
from tests.gui.conftest import TIMEOUT_S
from tests.gui.train.surveys import on_a_page, write


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that was stopped at step 20, with two previews."""
    monkeypatch.setenv("RTSYNTH_RUNS", str(tmp_path))
    folder = tmp_path / "rain-1"
    folder.mkdir()
    file = ProgressFile(folder, 100, None)
    file.begin(0, 0.0, material="", unit="bits", device="cpu", plugin="rain.safetensors")
    for step in (10, 20):
        file.step(step, float(step), 3.0, 3.5)
        file.plugin(step, folder / "rain.safetensors")
        write(folder / "previews" / f"step{step}.wav", seconds=0.1)
        file.previews(step, [folder / "previews" / f"step{step}.wav"])
    file.end(20, 20.0, 2.5, True, "3.5 bits")
    (folder / "checkpoint.pt").write_bytes(b"x")
    return folder


def list_runs(box: RunBox) -> None:
    box.list_runs()
    assert box.trainer.worker.settle(TIMEOUT_S)
    assert box.state.whole == "Reading the run…"  # the newest
    assert box.trainer.worker.settle(TIMEOUT_S)


def test_a_stopped_run(qt: QApplication, run: Path) -> None:
    box = RunBox(Trainer())
    assert box.curves.isHidden()
    assert not any(button.isEnabled() for button in box.buttons.values())
    list_runs(box)
    assert (box.runs.count(), box.trainer.run) == (1, run)
    assert "Stopped after 20 s" in box.state.whole
    assert "2.500 held out" in box.curves.accessibleDescription()
    shown = [box.previews.itemText(row) for row in range(box.previews.count())]
    assert shown == ["step 20", "step 10"]
    assert box.previews.currentData() == str(run / "previews" / "step20.wav")
    assert not box.resume.isHidden()
    assert box.buttons["stop"].isHidden()
    loaded: list[tuple[str, bool]] = []
    box.load_wanted.connect(lambda path, add: loaded.append((path, add)))
    box.buttons["add"].click()
    box.buttons["load"].click()
    plugin = str(run / "rain.safetensors")
    assert loaded == [(plugin, True), (plugin, False)]
    followed: list[str] = []
    box.follow_wanted.connect(followed.append)
    box.buttons["follow"].click()
    assert followed == [str(run)]
    box.allow(False)
    assert not box.buttons["load"].isEnabled()
    assert not box.buttons["follow"].isEnabled()
    assert box.buttons["play"].isEnabled()


def test_its_buttons_stay_where_they_are(
    qt: QApplication, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = RunBox(Trainer())
    list_runs(box)
    page = on_a_page(box)
    page.resize(300, 700)
    page.show()
    qt.processEvents()
    places = {name: each.geometry() for name, each in box.buttons.items()}
    assert box.why.isHidden()
    monkeypatch.setattr(Trainer, "state", State.FAILED)
    why = "a reason of many words, which takes some lines; and its remedy. " * 5
    monkeypatch.setattr(Trainer, "why_it_failed", lambda self: why)
    box.refresh()
    qt.processEvents()
    assert box.why.isVisible()
    assert why.strip() in box.why.text()  # all of it, below
    now = {name: each.geometry() for name, each in box.buttons.items()}
    assert {name: now[name] for name in ("play", "add", "load", "follow")} == {
        name: places[name] for name in ("play", "add", "load", "follow")
    }
    page.close()


def test_a_new_preview_is_marked(qt: QApplication, run: Path) -> None:
    box = RunBox(Trainer())
    list_runs(box)
    assert box.previews.currentText() == "step 20"
    ProgressFile(run, 100, None).previews(30, [run / "previews" / "step30.wav"])
    box.trainer.poll()
    assert box.trainer.worker.settle(TIMEOUT_S)
    assert box.previews.currentText() == "step 30"
