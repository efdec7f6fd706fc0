"""Previews are rendered once, by a process of their own, then played."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from rtsynth.plugin import save
from rtsynth_gui.browser import preview as preview_module
from rtsynth_gui.browser.preview import (
    IDLE,
    MOST_KEPT,
    PLAYING,
    RENDERING,
    Preview,
    preview_file,
    previews_folder,
)
from tests.gui.browser.test_player import NO_DEVICE
from tests.gui.conftest import Spin
from tests.gui.plugins import small_plugin


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(preview_module, "cache_folder", lambda: (tmp_path / "cache", True))
    (tmp_path / "asound.conf").write_text(NO_DEVICE)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    path = tmp_path / "small.safetensors"
    save(path, small_plugin().manifest, small_plugin().tensors)
    return path


@pytest.fixture
def told(qt: object) -> tuple[Preview, list[str], list[str]]:
    preview = Preview()
    changes: list[str] = []
    said: list[str] = []
    preview.changed.connect(changes.append)
    preview.said.connect(said.append)
    return preview, changes, said


Told = tuple[Preview, list[str], list[str]]


@pytest.mark.system
def test_rendered_then_played_and_kept(
    plugin: Path, told: Told, spin: Spin, tmp_path: Path
) -> None:
    preview, changes, said = told
    preview.start(str(plugin))
    assert preview.doing == RENDERING
    spin(lambda: changes[-1] == IDLE)
    assert changes == [RENDERING, PLAYING, IDLE]
    assert len(said) == 1
    assert "no sound output" in said[0]
    audio, rate_hz = soundfile.read(preview_file(plugin))
    assert len(audio) == 4 * rate_hz == 64_000
    assert abs(audio).max() > 0
    preview.start(str(plugin))  # nothing is rendered again
    assert preview.doing == PLAYING
    preview.stop()
    assert preview.doing == IDLE
    (tmp_path / "asound.conf").write_text("")  # PortAudio aborts
    preview.start(str(plugin))
    spin(lambda: len(said) == 2)
    assert preview.doing == IDLE


@pytest.mark.system
def test_what_cannot_be_rendered_is_said(
    plugin: Path, told: Told, spin: Spin, tmp_path: Path
) -> None:
    preview, changes, said = told
    broken = tmp_path / "dust.safetensors"
    broken.write_bytes(b"")
    preview.start(str(broken))
    assert "dust.safetensors: not a readable" in said[-1]
    preview.start("nonesuch")
    assert "no plugin of that name" in said[-1]
    assert changes == []


@pytest.mark.system
def test_a_program_that_is_not_there(
    plugin: Path, told: Told, spin: Spin, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, _, said = told
    monkeypatch.setattr(sys, "executable", "/nonesuch/python")
    preview_file(plugin).parent.mkdir(parents=True)
    preview_file(plugin).write_bytes(b"")
    preview.start(str(plugin))
    spin(lambda: said)
    assert preview.doing == IDLE


def test_another_file_has_another_preview_and_old_ones_go(
    plugin: Path, touch: Callable[[Path], None]
) -> None:
    before = preview_file(plugin)
    plugin.write_bytes(b"")
    assert preview_file(plugin) != before
    folder = previews_folder()
    folder.mkdir(parents=True)
    for number in range(MOST_KEPT + 5):
        touch(folder / f"{number}.wav")
    preview_module._forget_old(folder)
    assert len(list(folder.glob("*.wav"))) == MOST_KEPT - 1


@pytest.fixture
def touch() -> Callable[[Path], None]:
    return lambda path: path.write_bytes(b"")
