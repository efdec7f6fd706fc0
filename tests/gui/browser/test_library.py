"""What an engine says about its library is noted; what is taken in is asked for."""

import errno
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.control.osc.packet import Argument, OscMessage
from rtsynth_gui.browser.library import ASK_AGAIN_S, Library
from rtsynth_gui.edit.acts import Act
from rtsynth_gui.link.inbox import Batch
from tests.gui.conftest import Spin
from tests.gui.line import Line


@pytest.fixture
def line(qt: QApplication) -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


def said(address: str, *arguments: Argument) -> OscMessage:
    return OscMessage(address, arguments, None)


def test_what_undo_put_back_is_asked_for(line: Line) -> None:
    library = Library(line)
    library.take(Batch(answers=[said("/snapshot/file", "preset/1/dark")]))
    library.take(Batch(answers=[said("/snapshot/file", "set/gig")]))
    assert [sent[0] for sent in line.sent] == ["/plugins/presets"]
    line.sent.clear()
    library.take(Batch(answers=[said("/snapshot/file", "library/folders")]))
    assert [sent[0] for sent in line.sent] == [
        "/plugins/list",
        "/plugins/presets",
        "/plugins/folders",
    ]


def test_folders_are_acts(line: Line) -> None:
    acts: list[Act] = []
    library = Library(line, act=acts.append)
    library.remove("/a/b")
    remove = "/plugins/folder/remove"
    assert acts == [Act("remove the folder b", ("library/folders",), remove, ("/a/b",))]
    assert line.sent == []


def test_plugins_presets_and_folders(line: Line) -> None:
    library = Library(line)
    changes: list[None] = []
    library.changed.connect(lambda: changes.append(None))
    library.ask()
    assert [sent[0] for sent in line.sent] == [
        "/plugins/list",
        "/plugins/presets",
        "/plugins/folders",
    ]
    creek = json.dumps({"name": "creek", "plugin": "Creek 2"})
    library.take(
        Batch(
            answers=[
                said("/plugins/plugin", 1, 2, creek),
                said("/plugins/plugin", 2, 2, json.dumps({"name": "brook"})),
                said("/plugins/presets/names", "creek", 0, 3, "dark", "bright"),
                said("/plugins/presets/names", "creek", 2, 3, "still"),
                said("/done", "/plugins/presets", 3),
                said("/plugins/folder", 1, 1, "/a/b"),
                said("/done", "/plugins/folders", 1),
            ]
        )
    )
    assert list(library.plugins) == ["creek", "brook"]
    assert library.plugins["creek"].own_name == "Creek 2"
    assert library.plugins["brook"].own_name == "brook"
    assert library.presets == {"creek": ["dark", "bright", "still"]}
    assert library.folders == ["/a/b"]
    assert len(changes) == 3


def test_plugins_are_asked_for_until_all_have_arrived(line: Line) -> None:
    now_s = 100.0
    library = Library(line, clock=lambda: now_s)
    line.answering = True
    asked = [("/plugins/list",), ("/plugins/presets",), ("/plugins/folders",)]
    brook = json.dumps({"name": "brook"})
    library.ask()
    library.take(Batch(answers=[said("/plugins/plugin", 2, 2, brook)]))  # the other one is lost
    assert library.plugins == {}
    assert line.sent == asked
    now_s += ASK_AGAIN_S
    line.answering = False
    library.take(Batch())
    assert line.sent == asked
    line.answering = True
    library.take(Batch())
    assert line.sent[3:] == [("/plugins/list",)]  # and no presets, no folders
    for pause_s, times in ((1.9 * ASK_AGAIN_S, 1), (0.2 * ASK_AGAIN_S, 2)):
        now_s += pause_s
        library.take(Batch())
        assert line.sent[3:] == times * [("/plugins/list",)]
    creek = json.dumps({"name": "creek"})
    arrived = [said("/plugins/plugin", 2, 2, brook), said("/plugins/plugin", 1, 2, creek)]
    library.take(Batch(answers=arrived))
    assert set(library.plugins) == {"brook", "creek"}
    before = len(line.sent)
    now_s += 100 * ASK_AGAIN_S
    library.take(Batch())
    assert len(line.sent) == before


def test_presets_are_asked_for_again_after_one_was_saved(line: Line) -> None:
    library = Library(line)
    library.take(Batch(answers=[said("/done", "/slot/1/preset/save", "dark")]))
    assert line.sent == [("/plugins/presets",)]
    library.take(Batch(answers=[said("/done", "/slot/1/preset/recall", "dark")]))
    assert line.sent == [("/plugins/presets",)]


@pytest.mark.system
def test_a_folder_is_added_if_there_are_plugins_and_its_presets_imported(
    line: Line, tmp_path: Path, spin: Spin
) -> None:
    library = Library(line)
    library.take_in(str(tmp_path))
    spin(lambda: len(line.sent) == 1)
    assert line.sent == [("/plugins/presets/import", str(tmp_path))]
    (tmp_path / "a.safetensors").write_bytes(b"")
    library.take_in(str(tmp_path))
    spin(lambda: len(line.sent) == 3)
    assert line.sent[1:] == [
        ("/plugins/folder/add", str(tmp_path)),
        ("/plugins/presets/import", str(tmp_path)),
    ]
    line.sent.clear()
    library.take(
        Batch(
            answers=[
                said("/plugins/problem", str(tmp_path), "/a/broken.json: not JSON"),
                said("/done", "/plugins/presets/import", str(tmp_path), 1),
            ]
        )
    )
    (problem,) = library.problems.values()
    assert (problem.entry.name, problem.entry.problem) == (
        "broken.json",
        "/a/broken.json: not JSON",
    )
    assert line.sent[0] == ("/plugins/list",)
    library.take_in(str(tmp_path / "absent"))
    assert library.problems == {}


@pytest.mark.system
def test_a_path_that_cannot_be_read_is_said(
    line: Line, monkeypatch: pytest.MonkeyPatch, spin: Spin
) -> None:
    def stale(path: Path) -> bool:
        raise OSError(errno.ESTALE, "Stale file handle", str(path))

    monkeypatch.setattr(Path, "exists", stale)
    library = Library(line)
    lines: list[str] = []
    library.said.connect(lines.append)
    library.take_in("/far/away")
    spin(lambda: lines)
    assert lines == ["/far/away: Stale file handle"]
    assert line.sent == []
