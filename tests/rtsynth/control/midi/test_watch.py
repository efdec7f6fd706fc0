"""What is shown of what arrives."""

from rtsynth.control.midi.watch import Watch
from tests.rtsynth.control.midi.test_open_ports import ScriptedSystem


def test_messages_inputs_and_damage_are_shown() -> None:
    system, lines = ScriptedSystem(), list[str]()
    watch = Watch([system], lambda port, text: lines.append(f"{port}: {text}"))
    system.plug("keys")
    watch.step()
    system.ports["keys"].waiting = [[0xB0, 21, 64], [0x90], [0xFA]]
    watch.step()
    assert lines[:2] == ["keys: is open", "keys: CC 21 = 64, channel 1"]
    assert lines[2].startswith("keys: 90: ")
    assert lines[3:] == ["keys: start"]
    watch.close()
    assert system.ports["keys"].is_closed


def test_a_clock_is_a_line_about_its_tempo() -> None:
    system, lines = ScriptedSystem(), list[str]()
    watch = Watch([system], lambda port, text: lines.append(text))
    system.plug("keys")
    watch.step()
    for number in range(48):
        watch.receive("keys", [0xF8], 100.0 + number * 0.02)
    assert lines == ["is open", "clock, 125 bpm"]
