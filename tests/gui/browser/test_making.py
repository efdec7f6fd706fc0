"""Where previews are, and how they are rendered."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from rtsynth.common.errors import InputError, PluginError
from rtsynth.plugin import save
from rtsynth.plugin.attachments import Attachments, write_attachments
from rtsynth_gui.browser.making import (
    MOST_KEPT,
    forget_old,
    keep_carried,
    preview_file,
    previews_folder,
    render_words,
)
from tests.gui.plugins import small_plugin


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTSYNTH_PREVIEWS", str(tmp_path / "previews"))
    path = tmp_path / "small.safetensors"
    save(path, small_plugin().manifest, small_plugin().tensors)
    return path


def test_another_file_has_another_preview(plugin: Path) -> None:
    before = preview_file(plugin)
    assert before.parent == previews_folder()
    assert preview_file(plugin) == before
    plugin.write_bytes(b"")
    assert preview_file(plugin) != before
    with pytest.raises(InputError, match="gone"):
        preview_file(plugin.with_name("gone"))


def test_how_it_is_rendered(plugin: Path) -> None:
    sound = preview_file(plugin)
    words = render_words(plugin, sound)
    assert words[:4] == ["render", str(plugin), "--out", str(sound)]
    moves = Path(words[words.index("--automation") + 1])
    assert moves.read_text().startswith("time_s,")
    plugin.write_bytes(b"")
    with pytest.raises(PluginError, match="not a readable"):
        render_words(plugin, sound)


def sound_of(rate_hz: int, channels: int = 1) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.full((rate_hz, channels), 0.25), rate_hz, format="FLAC")
    return file.getvalue()


def test_a_preview_that_the_file_brings(plugin: Path) -> None:
    assert not keep_carried(plugin, preview_file(plugin))
    write_attachments(plugin, plugin, Attachments(preview=sound_of(8000)))
    sound = preview_file(plugin)
    assert keep_carried(plugin, sound)
    audio, rate_hz = soundfile.read(sound)
    assert (rate_hz, audio.shape) == (8000, (8000,))
    np.testing.assert_allclose(audio, 0.25, atol=1e-4)


@pytest.mark.parametrize("preview", [b"no sound", sound_of(8000)[:50], sound_of(8000, 3)])
def test_one_that_cannot_be_played_is_rendered(plugin: Path, preview: bytes) -> None:
    write_attachments(plugin, plugin, Attachments(preview=preview))
    sound = preview_file(plugin)
    assert not keep_carried(plugin, sound)
    assert not sound.exists()


def test_old_ones_go(plugin: Path) -> None:
    folder = previews_folder()
    folder.mkdir()
    for number in range(MOST_KEPT + 5):
        (folder / f"{number}.wav").write_bytes(b"")
    forget_old(folder)
    assert len(list(folder.glob("*.wav"))) == MOST_KEPT - 1
