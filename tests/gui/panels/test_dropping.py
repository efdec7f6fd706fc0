"""What is dropped on a window goes to the rack, the library or the trainer, or is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from rtsynth_gui.panels.dropping import Dropping, sort_places
from tests.gui.conftest import Spin
from tests.gui.gestures import drop
from tests.gui.line import Line


class Taken:
    """What came out, in order."""

    def __init__(self, dropping: Dropping) -> None:
        self.all: list[tuple[str, object]] = []
        dropping.plugins.connect(lambda names: self.all.append(("plugins", names)))
        dropping.library.connect(lambda paths: self.all.append(("library", paths)))
        dropping.recordings.connect(lambda path: self.all.append(("recordings", path)))
        dropping.said.connect(lambda text, failure: self.all.append(("said", text)))


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    line = Line()
    line.answering = True
    yield line
    line.close()


@pytest.fixture
def window(qt: QApplication) -> Iterator[QWidget]:
    window = QWidget()
    yield window
    window.deleteLater()


def put(folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"")
    return folder


@pytest.mark.system
def test_everything_goes_where_it_belongs(
    line: Line, window: QWidget, tmp_path: Path, spin: Spin
) -> None:
    taken = Taken(Dropping(line, window))
    plugins, sounds = put(tmp_path / "plugins", "a.safetensors"), put(tmp_path / "sounds", "a.wav")
    texts = put(tmp_path / "texts", "a.txt")
    plugin = plugins / "a.safetensors"
    assert drop(window, plugin)
    assert taken.all.pop() == ("plugins", [str(plugin)])
    assert drop(window, plugins, tmp_path / "dark.json")
    assert taken.all == []  # no drag and no drop waits for a disk
    spin(lambda: taken.all)
    assert taken.all.pop() == ("library", [str(plugins), str(tmp_path / "dark.json")])
    assert drop(window, sounds)
    spin(lambda: taken.all)
    assert taken.all.pop() == ("recordings", sounds)
    assert drop(window, plugin, sounds)  # both
    spin(lambda: len(taken.all) == 2)
    assert taken.all == [("plugins", [str(plugin)]), ("recordings", sounds)]
    taken.all.clear()
    assert drop(window, texts)
    spin(lambda: taken.all)
    assert taken.all == [("said", "texts contains no plugins, presets or recordings")]
    assert not drop(window)


@pytest.mark.system
def test_an_engine_that_is_elsewhere_or_gone(
    line: Line, window: QWidget, tmp_path: Path, spin: Spin
) -> None:
    taken = Taken(Dropping(line, window))
    plugins = put(tmp_path / "plugins", "a.safetensors")
    for line.is_local, line.answering in ((False, True), (True, False)):
        assert drop(window, plugins)
        spin(lambda: taken.all)
        assert taken.all.pop() == (
            "said",
            "plugins: plugin folders and presets need an engine on this machine",
        )
    assert not drop(window, plugins / "a.safetensors")  # there is none to load it
    sounds = put(tmp_path / "sounds", "a.wav")
    assert drop(window, sounds)  # training needs no engine
    spin(lambda: taken.all)
    assert taken.all == [("recordings", sounds)]


def test_what_places_are(tmp_path: Path) -> None:
    def recordings(*paths: Path) -> Path | None:
        return sort_places([str(path) for path in paths]).recordings

    (tmp_path / "a.WAV").write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"")
    deep = tmp_path / "set" / "one" / "two"
    deep.mkdir(parents=True)
    assert recordings(tmp_path / "set") is None  # with nothing to train on
    (deep / "a.flac").write_bytes(b"")
    assert recordings(tmp_path / "notes.txt", tmp_path / "a.WAV") == tmp_path / "a.WAV"
    assert recordings(tmp_path) == tmp_path
    assert recordings(tmp_path / "set") == tmp_path / "set"
    assert recordings(tmp_path / "gone.wav") is None
    # Where the library would find plugins, it gets them.
    (tmp_path / "set" / "one" / "a.safetensors").write_bytes(b"")
    for folder in (tmp_path / "set" / "one", tmp_path / "set"):
        assert sort_places([str(folder)]) == ([str(folder)], None)
    assert recordings(tmp_path) == tmp_path


def test_a_folder_of_presets_alone_is_the_librarys(tmp_path: Path) -> None:
    (tmp_path / "dark.json").write_text("{}")
    assert sort_places([str(tmp_path)]) == ([str(tmp_path)], None)
    (tmp_path / "a.wav").write_bytes(b"")  # what is beside it is about the recording
    assert sort_places([str(tmp_path)]) == ([], tmp_path)
