"""The MIDI inputs of a machine: of a real JACK server, and of machines without MIDI."""

import sys
import time
from pathlib import Path

import pytest

from rtsynth.control.midi import rtmidi
from rtsynth.control.midi.rtmidi import (
    MidiSystem,
    MidiUnavailableError,
    Port,
    PortError,
    input_names,
)
from tests.requirements import require_module
from tests.rtsynth.control.midi.keyboard import Keyboard
from tests.rtsynth.control.programs import wait_until

pytestmark = pytest.mark.system


def read(port: Port) -> list[int]:
    """The next message, which has been sent already."""
    found: list[list[int]] = []

    def arrived() -> bool:
        data = port.read()
        if data is not None:
            found.append(data)
        return bool(found)

    assert wait_until(arrived)
    return found[0]


@pytest.mark.jack
def test_inputs_are_listed_as_they_come_and_go(jack: None) -> None:
    keyboards = [Keyboard("keys"), Keyboard("pads")]
    system = MidiSystem(jack=True)
    assert sorted(system.names()) == sorted(input_names(jack=True)) == ["keys:out", "pads:out"]
    keyboards[0].unplug()
    assert wait_until(lambda: system.names() == ["pads:out"])
    keyboards[1].unplug()
    assert wait_until(lambda: system.names() == [])
    system.close()


@pytest.mark.jack
def test_what_an_input_sends_is_read_in_order(jack: None) -> None:
    keyboards = {name: Keyboard(name) for name in ("keys", "pads")}
    system = MidiSystem(jack=True)
    ports = {name: system.open(f"{name}:out") for name in keyboards}
    system.close()  # the ports stay open
    for number, keyboard in enumerate(keyboards.values()):
        keyboard.send(0x90, 60, number)
        keyboard.send(0xC0, number)
        keyboard.send(0xF0, 1, 2, 3, 0xF7)  # RtMidi leaves out system exclusive messages
        keyboard.send(0x80, 60, number)
    for number, port in enumerate(ports.values()):
        assert [read(port) for _ in range(3)] == [
            [0x90, 60, number],
            [0xC0, number],
            [0x80, 60, number],
        ]
        assert port.read() is None
        port.close()
    for keyboard in keyboards.values():
        keyboard.unplug()


@pytest.mark.jack
def test_what_is_not_read_is_queued(jack: None) -> None:
    keyboard = Keyboard("keys")
    system = MidiSystem(jack=True)
    port = system.open("keys:out")
    for number in range(1000):
        keyboard.send(0xB0, number // 128, number % 128)
        if number % 50 == 49:
            time.sleep(0.006)  # JACK has room for about a hundred in a period
    assert [read(port) for _ in range(1000)] == [
        [0xB0, number // 128, number % 128] for number in range(1000)
    ]
    port.close()
    keyboard.unplug()
    system.close()


@pytest.mark.jack
def test_an_input_that_went_away_is_not_opened(jack: None) -> None:
    keyboard = Keyboard("keys")
    system = MidiSystem(jack=True)
    assert system.names() == ["keys:out"]
    keyboard.unplug()
    assert wait_until(lambda: system.names() == [])
    with pytest.raises(PortError, match="not there"):
        system.open("keys:out")
    system.close()


@pytest.mark.jack
def test_an_error_of_rtmidi_is_raised_every_time(
    jack: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyboard = Keyboard("keys")
    system = MidiSystem(jack=True)
    monkeypatch.setattr(system, "names", lambda: ["of an older look", "keys:out"])
    for _ in range(2):
        with pytest.raises(PortError, match="portNumber"):
            system.open("keys:out")  # by its number, which has changed
    keyboard.unplug()
    system.close()


def test_equal_names_are_numbered() -> None:
    assert rtmidi._unique(["pad", "keys", "pad", "pad"]) == ["pad", "keys", "pad #2", "pad #3"]


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "supriya_midi", None)
    with pytest.raises(MidiUnavailableError, match=r"^supriya-midi is missing \(pip install"):
        input_names()


def test_without_a_library_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "libasound.so.2: cannot open shared object file"
    (tmp_path / "supriya_midi.py").write_text(f"raise ImportError({reason!r})\n")
    monkeypatch.delitem(sys.modules, "supriya_midi", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MidiUnavailableError, match=f"^no MIDI: {reason}$"):
        input_names()


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA is Linux's")
def test_without_alsa(monkeypatch: pytest.MonkeyPatch) -> None:
    require_module("supriya_midi", "pip install 'rtsynth[midi]'")
    monkeypatch.setattr(rtmidi, "ALSA_SEQUENCER", Path("/nowhere/seq"))
    with pytest.raises(MidiUnavailableError, match="^no ALSA sequencer"):
        input_names()


@pytest.mark.jack
def test_without_a_jack_server(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    require_module("supriya_midi", "pip install 'rtsynth[midi]'")
    monkeypatch.setenv("JACK_NO_START_SERVER", "1")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", "rtsynth-no-such-server")
    with pytest.raises(MidiUnavailableError, match="^no MIDI: MidiInJack::initialize: JACK server"):
        input_names(jack=True)
    assert capfd.readouterr().err == ""  # JACK's own chatter is kept off the terminal
