"""Inputs that are opened, found again and read, without a device."""

import pytest

from rtsynth.control.midi.news import SELDOM_S
from rtsynth.control.midi.open_ports import VIRTUAL, OpenPorts
from rtsynth.control.midi.rtmidi import PortError


class ScriptedPort:
    """Holds messages; knows whether it was closed."""

    def __init__(self) -> None:
        self.waiting: list[list[int]] = []
        self.is_closed = False

    def read(self) -> list[int] | None:
        return self.waiting.pop(0) if self.waiting else None

    def close(self) -> None:
        self.is_closed = True


class ScriptedNews:
    """Says what a test lets it say."""

    def __init__(self) -> None:
        self.is_complete, self.is_closed, self.waiting = True, False, False

    def came(self) -> bool:
        came, self.waiting = self.waiting, False
        return came

    def close(self) -> None:
        self.is_closed = True


class ScriptedSystem:
    """Has the inputs that a test plugs in."""

    def __init__(self) -> None:
        self.ports: dict[str, ScriptedPort] = {}
        self.busy: set[str] = set()
        self.own = ScriptedPort()
        self.told = ScriptedNews()

    def plug(self, *names: str) -> None:
        self.ports.update((name, ScriptedPort()) for name in names)

    def names(self) -> list[str]:
        return list(self.ports)

    def open(self, name: str) -> ScriptedPort:
        if name in self.busy:
            raise PortError("in use")
        return self.ports[name]

    def open_virtual(self) -> ScriptedPort:
        return self.own

    def news(self) -> ScriptedNews:
        return self.told


def test_inputs_come_and_go() -> None:
    system = ScriptedSystem()
    ports = OpenPorts(system)
    system.plug("keys", "pads")
    assert ports.compare() == (["keys", "pads"], [])
    assert ports.compare() == ([], [])
    keys = system.ports.pop("keys")
    assert ports.compare() == ([], ["keys"])
    assert not keys.is_closed
    ports.close_gone()
    assert keys.is_closed
    assert ports.names == ["pads"]
    system.plug("keys")
    assert ports.compare() == (["keys"], [])
    ports.close()
    assert system.ports["keys"].is_closed
    assert ports.names == []


def test_inputs_are_looked_for_when_there_is_news() -> None:
    system = ScriptedSystem()
    ports = OpenPorts(system)
    assert ports.look(100.0) == ([], [])
    system.plug("keys")
    assert ports.look(100.9) == ([], [])
    system.told.waiting = True
    assert ports.look(100.9) == (["keys"], [])
    del system.ports["keys"]
    assert ports.look(102.0 + SELDOM_S) == ([], ["keys"])  # without any
    ports.close()
    assert system.told.is_closed


def test_a_name_chooses() -> None:
    system = ScriptedSystem()
    system.plug("Keystation", "pads")
    ports = OpenPorts(system, "STATION")
    ports.compare()
    assert ports.names == ["Keystation"]


def test_what_is_refused_is_said_once_and_tried_again_when_it_came_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    system = ScriptedSystem()
    system.plug("keys")
    system.busy.add("keys")
    ports = OpenPorts(system)
    for _ in range(3):
        assert ports.compare() == ([], [])
    assert caplog.text.count("keys cannot be opened: in use") == 1
    del system.ports["keys"]
    ports.compare()
    system.busy.clear()
    system.plug("keys")
    assert ports.compare() == (["keys"], [])


def test_messages_are_read_in_order() -> None:
    system = ScriptedSystem()
    system.plug("keys", "pads")
    ports = OpenPorts(system)
    ports.compare()
    system.ports["keys"].waiting = [[0xF8], [0xFA]]
    system.ports["pads"].waiting = [[0xFC]]
    assert list(ports.read()) == [("keys", [0xF8]), ("keys", [0xFA]), ("pads", [0xFC])]
    assert list(ports.read()) == []


def test_a_virtual_input_is_the_only_one() -> None:
    system = ScriptedSystem()
    system.plug("keys")
    ports = OpenPorts(system, VIRTUAL)
    assert ports.names == [VIRTUAL]
    assert ports.compare() == ([], [])
    system.own.waiting = [[0xF8]]
    assert list(ports.read()) == [(VIRTUAL, [0xF8])]
