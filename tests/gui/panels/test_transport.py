"""The bottom line: what its buttons do while nobody answers, and messages that fade."""

import logging
import time

import pytest
from PySide6.QtWidgets import QApplication

from rtsynth.common.log import RateLimitedLog
from rtsynth_gui.panels import transport as transport_module
from rtsynth_gui.panels.transport import (
    BUTTONS,
    FAILURE_READ_S,
    MESSAGE_SHOWN_S,
    Transport,
)


@pytest.fixture
def transport(qt: QApplication) -> Transport:
    shown = Transport()
    shown.resize(4000, 40)
    shown.layout().activate()
    return shown


def enabled(transport: Transport) -> set[str]:
    return {name for name, button in transport.buttons.items() if button.isEnabled()}


def test_every_button_says_its_name(transport: Transport) -> None:
    pressed: list[str] = []
    transport.pressed.connect(pressed.append)
    for button in transport.buttons.values():
        button.click()
    assert pressed == list(BUTTONS)


def test_files_are_named_on_this_machine_only(transport: Transport) -> None:
    transport.enable(True, local=True)
    assert enabled(transport) == set(BUTTONS)
    transport.enable(True, local=False)
    assert enabled(transport) == {"restart", "panic"}
    transport.enable(False, local=True)
    assert enabled(transport) == set()


def test_recording_is_followed(transport: Transport) -> None:
    keys = transport.buttons["record"].shortcut()
    assert not keys.isEmpty()
    transport.show_recording("/a.wav")
    assert transport.buttons["record"].isChecked()
    assert transport.buttons["record"].text() == "Stop"
    assert transport.buttons["record"].shortcut() == keys  # which ends the take, too
    assert transport.message.text() == "recording to /a.wav"
    transport.show_recording(None)
    assert transport.buttons["record"].text() == "Record"
    assert transport.message.text() == ""


def test_a_take_gets_longer_and_moves_no_button(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [500.0]
    monkeypatch.setattr(transport_module.time, "monotonic", lambda: now_s[0])
    record = transport.buttons["record"]
    keys, width = record.shortcut(), record.width()
    transport.show_recording("/a.wav", 500.0)
    assert record.text() == "Stop 0:00"
    now_s[0] += 72.4
    transport.refresh(now_s[0])
    assert record.text() == "Stop 1:12"
    transport.layout().activate()
    assert record.width() == width
    assert record.sizeHint().width() <= width
    assert record.shortcut() == keys
    transport.show_recording(None)
    transport.refresh(now_s[0])
    assert record.text() == "Record"


def test_a_message_gives_way_to_what_was_there(transport: Transport) -> None:
    transport.rest("resting")
    transport.say("no", failure=True)
    assert (transport.message.text(), transport.message.objectName()) == ("no", "failure")
    transport.rest("resting on")
    assert transport.message.text() == "no"
    transport.refresh(time.monotonic() + MESSAGE_SHOWN_S + 1)
    assert (transport.message.text(), transport.message.objectName()) == ("resting on", "dim")


def test_a_failure_is_over_when_something_else_is_done(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now_s = [500.0]
    monkeypatch.setattr(transport_module.time, "monotonic", lambda: now_s[0])
    monkeypatch.setattr(transport_module, "log", RateLimitedLog(logging.getLogger("rtsynth")))
    transport.rest("resting")
    transport.say("no", failure=True)
    assert [record.getMessage() for record in caplog.records] == ["no"]
    now_s[0] += FAILURE_READ_S / 2
    transport.forget_failure()
    assert transport.message.text() == "no"  # nobody has read it yet
    now_s[0] += FAILURE_READ_S
    transport.forget_failure()
    assert (transport.message.text(), transport.message.objectName()) == ("resting", "dim")
    transport.say("done")
    now_s[0] += FAILURE_READ_S + 1
    transport.forget_failure()
    assert transport.message.text() == "done"  # for its time
