"""What counts as a plugin that is dragged."""

from PySide6.QtCore import QMimeData, QUrl

from rtsynth_gui.widgets.dragged import (
    MOST,
    dragged_is_file,
    dragged_places,
    dragged_plugins,
    plugin_data,
    with_preset,
    without_preset,
)


def test_names_of_the_browser_come_back() -> None:
    assert dragged_plugins(plugin_data(["pops", "ves sel"])) == ["pops", "ves sel"]
    assert len(dragged_plugins(plugin_data(["a"] * 99))) == MOST
    assert not dragged_is_file("pops")


def test_files() -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(f"/a/{name}") for name in ("b.safetensors", "c.wav", "d")])
    assert dragged_plugins(data) == ["/a/b.safetensors"]
    assert dragged_places(data) == ["/a/c.wav", "/a/d"]
    assert dragged_is_file("/a/b.safetensors")
    data.setUrls([QUrl("https://example.com/b.safetensors")])
    assert dragged_plugins(data) == []
    assert dragged_places(data) == []


def test_a_preset_stands_behind_its_plugin() -> None:
    text = with_preset("creek", "dark.safetensors")
    assert without_preset(text) == ("creek", "dark.safetensors")
    assert without_preset("creek") == ("creek", "")
    assert not dragged_is_file(text)
    assert dragged_is_file(with_preset("/a/b.safetensors", "dark"))
    assert dragged_plugins(plugin_data([text])) == [text]
