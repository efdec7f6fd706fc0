"""Previews are rendered once, by a process of their own, then played."""

import sys
from pathlib import Path

import pytest
import soundfile

from rtsynth.plugin import save
from rtsynth_gui.browser.making import preview_file
from rtsynth_gui.browser.preview import IDLE, PLAYING, RENDERING, Preview
from tests.gui.browser.test_player import NO_DEVICE, alsa
from tests.gui.conftest import Spin
from tests.gui.plugins import small_plugin


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PREVIEWS", str(tmp_path / "previews"))
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


@pytest.mark.measure
@alsa
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
    made_ns = preview_file(plugin).stat().st_mtime_ns
    preview.start(str(plugin))  # nothing is rendered again
    spin(lambda: preview.doing == PLAYING)
    assert preview_file(plugin).stat().st_mtime_ns == made_ns
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
    spin(lambda: said)
    assert "dust.safetensors: not a readable" in said[-1]
    preview.start("nonesuch")
    spin(lambda: len(said) == 2)
    assert "no plugin of that name" in said[-1]
    assert PLAYING not in changes


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
