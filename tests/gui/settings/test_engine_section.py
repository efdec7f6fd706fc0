"""What the engine was started with is shown, and asked for otherwise, where that is possible."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from rtsynth.common.files.kept_options import read_kept_options
from rtsynth.control.osc.packet import OscMessage
from rtsynth.host.restart import OPTIONS as NAMES
from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.link.link import EngineLink
from rtsynth_gui.settings.choice import Choice
from rtsynth_gui.settings.engine import (
    DEVICES,
    DEVICES_REPLY,
    MOVES,
    OPTIONS,
    OPTIONS_REPLY,
    RESTART,
)
from rtsynth_gui.settings.engine_section import EngineSection
from rtsynth_gui.settings.line import Line
from rtsynth_gui.widgets.choice_box import ChoiceBox
from rtsynth_gui.window import Window
from tests.gui.conftest import Spin
from tests.gui.peer import Peer
from tests.gui.test_survival import playing
from tests.ports import free_port

STARTED = {"device": "card", "rate": "auto", "block": "96", "precision": "auto", "ahead": "auto",
           "midi": "auto", "voices": "1", "osc": "127.0.0.1:9000", "osc-allow": "auto"}  # fmt: skip
SHOWN = STARTED | {"osc": "9000", "osc-allow": ""}
FOUND = {"audio": [{"name": "card"}, {"name": "other"}, {"name": "null"}], "midi": ["keys"],
         "problems": ["no JACK server"]}  # fmt: skip


@pytest.fixture
def link(qt: QApplication, peer: Peer) -> Iterator[EngineLink]:
    opened = EngineLink("127.0.0.1", peer.port)
    yield opened
    opened.close()


@pytest.fixture
def section(link: EngineLink) -> Iterator[EngineSection]:
    shown = EngineSection(link)
    shown.show()
    yield shown
    shown.close()


def tell(section: EngineSection, reply: str, document: dict[str, Any]) -> None:
    section.take(Batch(answers=[OscMessage(reply, (json.dumps(document),), None)]))


def offer(section: EngineSection, **changed: Any) -> None:
    document = {"options": STARTED, "possible": True, "refused": ""} | changed
    tell(section, OPTIONS_REPLY, document)


def menu(section: EngineSection, name: str) -> ChoiceBox:
    choice = section.choices[name]
    assert isinstance(choice, Choice)
    return choice.menu


def field(section: EngineSection, name: str) -> QLineEdit:
    line = section.choices[name]
    assert isinstance(line, Line)
    return line.field


def test_an_engine_that_has_not_answered_yet_is_no_engine_that_says_nothing(
    section: EngineSection,
) -> None:
    section.show_answering(True)
    assert "Asking the engine" in section.about.text()
    section.take(Batch(unknown=[OPTIONS]))
    assert "does not report" in section.about.text()
    section.show_answering(False)
    section.show_answering(True)
    assert "Asking the engine" in section.about.text()
    offer(section)
    assert "Asking" not in section.about.text()


def test_while_an_engine_restarts_its_settings_stay_in_sight(section: EngineSection) -> None:
    section.show_answering(True)
    offer(section)
    QTest.keyClick(menu(section, "block"), Qt.Key.Key_Up)
    section.restart.click()
    assert menu(section, "block").currentData() == "2048"  # what it will have, at once
    section.show_answering(False)
    assert "restarting" in section.about.text()
    assert menu(section, "block").currentData() == "2048"
    assert not menu(section, "block").isEnabled()
    section.give_up()
    assert "No engine answers" in section.about.text()
    assert menu(section, "block").currentData() == "96"
    section.show_answering(True)
    assert menu(section, "block").currentData() == "96"  # until it says what it has now
    offer(section, options=STARTED | {"block": "64"})
    assert menu(section, "block").currentData() == "64"
    section.show_answering(False)
    assert "No engine answers" in section.about.text()  # nobody asked for that
    assert menu(section, "block").currentData() == "64"


def test_it_has_what_an_engine_can_be_asked_for(section: EngineSection) -> None:
    assert list(section.choices) == list(NAMES)


def test_it_shows_what_the_engine_says(section: EngineSection) -> None:
    section.show_answering(True)
    offer(section)
    tell(section, DEVICES_REPLY, FOUND)
    assert {name: choice.key for name, choice in section.choices.items()} == SHOWN
    device = menu(section, "device")
    shown = [device.itemText(row) for row in range(device.count())]
    assert shown == ["Automatic", "card", "other", "No device (silent)"]
    inputs = menu(section, "midi")
    assert [inputs.itemText(row) for row in range(inputs.count())] == [
        "All inputs",
        "keys",
        "None",
        "Virtual port",
    ]
    assert section.problems.text() == "no JACK server"
    assert not section.restart.isEnabled()  # nothing is changed


@pytest.mark.system
def test_another_start_is_asked_for(section: EngineSection, peer: Peer, spin: Spin) -> None:
    section.show_answering(True)
    offer(section)
    tell(section, DEVICES_REPLY, FOUND)
    QTest.keyClick(menu(section, "device"), Qt.Key.Key_End)
    QTest.keyClick(menu(section, "block"), Qt.Key.Key_Home)
    assert section.restart.isEnabled()
    section.restart.click()
    spin(lambda: peer.count(RESTART))
    (asked,) = [message.arguments for message in peer.received if message.address == RESTART]
    assert asked == ("device", "null", "block", "auto")


def test_what_no_engine_would_take_is_not_asked_for(section: EngineSection) -> None:
    section.show_answering(True)
    offer(section, options=STARTED | {"ahead": "100.0"})
    ahead = menu(section, "ahead")
    assert (ahead.currentText(), ahead.findData("100.0")) == ("100 ms", -1)
    assert not section.restart.isEnabled()
    port, machines = section.choices["osc"], section.choices["osc-allow"]
    assert isinstance(port, Line)
    assert isinstance(machines, Line)
    port.field.selectAll()
    QTest.keyClicks(port.field, "abc80")
    assert port.key == "80"
    assert "whole number" in port.wrong
    assert not section.restart.isEnabled()
    QTest.keyClicks(port.field, "80")
    assert port.wrong == ""
    assert section.restart.isEnabled()
    QTest.keyClicks(machines.field, "laptop")
    assert "laptop is not an address" in machines.wrong
    assert not section.restart.isEnabled()


@pytest.mark.system
def test_where_osc_listens_and_the_window_follows(
    section: EngineSection, link: EngineLink, peer: Peer, spin: Spin
) -> None:
    section.show_answering(True)
    offer(section)
    field(section, "osc").selectAll()
    QTest.keyClicks(field(section, "osc"), "9421")
    offer(section)  # what is typed stays
    QTest.keyClicks(field(section, "osc-allow"), "192.0.2.1 192.0.2.2")
    section.restart.click()
    spin(lambda: peer.count(RESTART))
    (sent,) = [message.arguments for message in peer.received if message.address == RESTART]
    assert sent == ("osc", "0.0.0.0:9421", "osc-allow", "192.0.2.1,192.0.2.2")
    with Peer() as other:
        section.take(Batch(answers=[OscMessage(MOVES, ("127.0.0.1", str(other.port)), None)]))
        link.start()  # nobody has answered yet
        spin(lambda: other.count("/describe"))
        assert link.endpoint == f"127.0.0.1:{other.port}"


@pytest.mark.system
def test_what_was_given_up_is_tried_again(section: EngineSection, peer: Peer, spin: Spin) -> None:
    section.show_answering(True)
    offer(section, given_up=["device"], problem="it is not there")
    section.restart.click()
    spin(lambda: peer.count(RESTART))
    (sent,) = [message.arguments for message in peer.received if message.address == RESTART]
    assert sent == ("device", "card")


def test_what_was_refused_is_said(section: EngineSection) -> None:
    said: list[tuple[str, bool]] = []
    section.said.connect(lambda text, failure: said.append((text, failure)) if failure else None)
    section.show_answering(True)
    offer(section, refused="no such card")
    offer(section, refused="no such card")
    line = ("The engine kept its previous settings: no such card", True)
    assert said == [line]  # once
    section.play_on_null()
    offer(section, refused="no such card")
    assert said == [line, line]  # of another start


def test_what_is_chosen_stays_while_answers_come(section: EngineSection) -> None:
    section.show_answering(True)
    offer(section)
    device, rate = section.choices["device"], section.choices["rate"]
    QTest.keyClick(menu(section, "rate"), Qt.Key.Key_End)
    assert rate.key == "96000"
    tell(section, DEVICES_REPLY, FOUND)
    offer(section)
    assert rate.key == "96000"
    assert section.restart.isEnabled()
    box = menu(section, "device")
    box.setCurrentIndex(box.findData("card"))
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert device.key == "other"
    tell(section, DEVICES_REPLY, {"audio": [{"name": "card"}], "midi": [], "problems": []})
    assert device.key == "card"  # the other one is gone
    section.restart.click()
    offer(section)  # it was refused
    assert {name: choice.key for name, choice in section.choices.items()} == SHOWN
    assert not section.restart.isEnabled()


@pytest.mark.system
def test_devices_are_only_asked_for_while_it_is_shown(
    section: EngineSection, peer: Peer, spin: Spin
) -> None:
    section.hide()
    section.ask()
    spin(lambda: peer.count(OPTIONS) == 1)
    assert not peer.count(DEVICES)
    section.show()
    section.ask()
    spin(lambda: peer.count(DEVICES) == 1)


@pytest.mark.parametrize(
    ("answering", "local", "changed", "says"),
    [
        (False, True, {}, "No engine answers"),
        (True, False, {}, "on another machine"),
        (True, True, {"possible": False}, "rtsynth play"),
        (True, True, {"options": {}}, "does not report"),
    ],
)
def test_why_not_is_said(
    section: EngineSection,
    link: EngineLink,
    answering: bool,
    local: bool,
    changed: dict[str, Any],
    says: str,
) -> None:
    link.is_local = local
    section.show_answering(answering)
    offer(section, **changed)
    assert says in section.about.text()
    boxes = [menu(section, "device"), field(section, "osc")]
    assert not any(choice.isEnabled() for choice in section.choices.values())
    assert all(says in box.accessibleDescription() for box in boxes)
    assert not section.restart.isEnabled()
    assert not section.forget.isEnabled()


@pytest.mark.measure
@pytest.mark.system
def test_a_real_engine_is_started_again_and_the_window_follows_it(
    open_window: Callable[[int], Window],
    spin: Spin,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it then plays with is kept, until that is forgotten."""
    monkeypatch.setenv("RTSYNTH_ENGINE", str(tmp_path))
    with playing(tmp_path) as client:
        window = open_window(client.socket.getpeername()[1])
        window.side.turn_to("Settings")
        section = window.settings.engine_section
        spin(lambda: section.offered.possible and window.panels)
        port = str(free_port())
        box = menu(section, "rate")
        box.setFocus()
        QTest.keyClicks(box, "441")
        field(section, "osc").selectAll()
        QTest.keyClicks(field(section, "osc"), port)
        section.restart.click()
        spin(lambda: window.link.answering and window.link.endpoint == f"127.0.0.1:{port}")
        spin(lambda: window.status.number("rate_hz") == 44_100)
        place = f"127.0.0.1:{port}"
        spin(lambda: read_kept_options() == {"rate": "44100", "osc": place})
        spin(lambda: section.offered.options.get("osc") == place)
        assert len(window.panels) == 2
        section.forget.click()
        assert menu(section, "rate").currentData() == "auto"
        section.restart.click()
        spin(lambda: not window.link.answering)
        spin(lambda: window.link.answering and window.status.number("rate_hz") == 48_000)
        assert window.link.endpoint == place
        spin(lambda: read_kept_options() == {})
