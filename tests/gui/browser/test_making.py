"""Where previews are, and how they are rendered."""

from pathlib import Path

import pytest

from rtsynth.common.errors import InputError, PluginError
from rtsynth.plugin import save
from rtsynth_gui.browser.making import (
    MOST_KEPT,
    forget_old,
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


def test_old_ones_go(plugin: Path) -> None:
    folder = previews_folder()
    folder.mkdir()
    for number in range(MOST_KEPT + 5):
        (folder / f"{number}.wav").write_bytes(b"")
    forget_old(folder)
    assert len(list(folder.glob("*.wav"))) == MOST_KEPT - 1
