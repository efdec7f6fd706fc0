"""What the engine goes back to is filled in, and asked for by a restart."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rtsynth_gui.link.inbox import Batch
from rtsynth_gui.settings.engine import FORGET, RESTART
from rtsynth_gui.settings.engine_section import EngineSection
from tests.gui.conftest import Spin
from tests.gui.peer import Peer
from tests.gui.settings.test_engine_section import STARTED, link, menu, offer, section

__all__ = ["link", "section"]

DEFAULTS = dict.fromkeys(STARTED, "auto") | {"device": "desk", "osc": STARTED["osc"]}


@pytest.mark.system
def test_defaults_are_filled_in_and_asked_for_by_a_restart(
    section: EngineSection, peer: Peer, spin: Spin
) -> None:
    section.show_answering(True)
    offer(section, defaults=DEFAULTS)
    section.forget.click()
    assert {name: choice.key for name, choice in section.choices.items()} == DEFAULTS | {
        "osc": "9000", "osc-allow": "",
    }  # fmt: skip
    assert section.choices["device"].isEnabled()
    assert section.restart.isEnabled()
    offer(section, defaults=DEFAULTS)  # they stay while answers come
    assert menu(section, "device").currentText() == "desk"
    assert not peer.count(FORGET)
    section.restart.click()
    spin(lambda: peer.count(FORGET))
    assert not peer.count(RESTART)
    assert menu(section, "device").currentText() == "desk"  # and not what is there until then
    assert menu(section, "block").currentData() == "auto"
    section.take(Batch(reasons={FORGET: "the disk is full"}))
    assert (menu(section, "device").currentText(), menu(section, "block").currentData()) == (
        "card", "96",
    )  # fmt: skip


@pytest.mark.system
def test_defaults_with_one_changed_are_an_ordinary_restart(
    section: EngineSection, peer: Peer, spin: Spin
) -> None:
    section.show_answering(True)
    offer(section)  # an engine that does not say what its defaults are
    section.forget.click()
    QTest.keyClick(menu(section, "voices"), Qt.Key.Key_End)
    section.restart.click()
    spin(lambda: peer.count(RESTART))
    (sent,) = [message.arguments for message in peer.received if message.address == RESTART]
    assert sent == ("device", "auto", "block", "auto", "voices", "16")
    assert not peer.count(FORGET)
