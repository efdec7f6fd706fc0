"""The top line: the slot's plugin, the device, and long texts cut with the whole as a tool-tip."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.panels.header import LONGEST_DEVICE, ElidedLabel, Header


@pytest.fixture
def link(qt: QApplication) -> Iterator[EngineLink]:
    opened = EngineLink("127.0.0.1", 9000)
    yield opened
    opened.close()


@pytest.fixture
def header(link: EngineLink) -> Header:
    return Header(link)


def test_nobody_answers(header: Header) -> None:
    assert header.plugin.text() == "rtsynth"
    assert header.engine.text() == "No engine at 127.0.0.1:9000"
    assert not header.lamp.answering
    assert not header.load.isEnabled()


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({}, "engine"),
        ({"device": "null"}, "null device (no sound)"),
        (
            {"device": "card", "rate_hz": 44100, "block_frames": 64},
            "card  ·  44.1 kHz  ·  64 frames",
        ),
        (
            {"device": "card", "waits_for": "x" * 99},
            f"no sound: waiting for {'x' * LONGEST_DEVICE}",
        ),
        ({"device": "card", "still_s": 2.0, "api": "JACK"}, "no sound: card accepts none"),
        ({"device": "card", "rate_hz": "?", "block_frames": 0}, "card"),
        ({"device": "card", "latency_ms": 12.34}, "card  ·  12 ms latency"),
        ({"device": "card", "latency_ms": float("inf")}, "card"),
    ],
)
def test_the_device(header: Header, status: dict[str, object], text: str) -> None:
    header.show_engine(True, status)
    assert header.engine.text() == text
    assert header.lamp.accessibleDescription() == text
    assert header.lamp.answering
    assert header.lamp.silent == ("no sound" in text)


def test_an_engine_that_is_started_again_is_not_said_to_be_gone(
    header: Header, link: EngineLink
) -> None:
    header.show_engine(True, {"device": "card"})
    link.expect(True)  # it was asked to
    assert header.engine.text() == "card", "as long as it answers"
    header.show_engine(False, {})
    assert header.engine.text() == "The engine is restarting…"
    link.moved.emit()  # it comes back elsewhere
    assert header.engine.text() == "The engine is restarting…"
    link.expect(False)  # it has not come back
    assert header.engine.text() == "No engine at 127.0.0.1:9000"


def test_long_texts_are_cut(qt: QApplication) -> None:
    label = ElidedLabel()
    label.show()
    label.resize(80, 20)
    label.show_text("one\ntwo " + "word " * 50)
    assert label.text().startswith("one two")
    assert label.text().endswith("…")
    assert "word word" in label.toolTip()
    label.resize(8000, 20)
    assert not label.text().endswith("…")


@pytest.mark.parametrize("text", ["word " * 50, "/one/" + "long" * 60, "🎺 take " * 30])
def test_what_two_lines_have_no_room_for_is_cut(qt: QApplication, text: str) -> None:
    label = ElidedLabel(lines=2)
    label.show()
    label.resize(120, 40)
    label.show_text(text)
    first, second = label.text().split("\n")
    for line in (first, second):
        assert label.fontMetrics().horizontalAdvance(line) <= 120
    assert text.startswith(first)
    assert second.endswith("…")
    label.resize(900, 40)
    label.show_text("a few words")
    assert label.text() == "a few words"
    label.show_text("")
    assert label.text() == ""


def test_underruns_are_reset_and_lamps_clicked(header: Header) -> None:
    wanted: list[bool] = []
    header.activity_wanted.connect(lambda: wanted.append(True))
    header.show_engine(True, {})
    header.load.report(0.1, 3, 0.0)
    header.reset.click()
    assert header.load.xruns == 0
    for lamp in header.lamps.values():
        lamp.click()
    assert len(wanted) == 2
