"""MIDI bytes as moves of physical controls, against the standard's own arithmetic."""

import mido
import pytest

from rtsynth.control.midi.assembler import Assembler
from rtsynth.host.mapping.binding import (
    BEND,
    CC,
    CC14,
    KEY_PRESSURE,
    NOTE,
    NRPN,
    PRESSURE,
    PROGRAM,
    Move,
    Physical,
)


def moved(assembler: Assembler, control: int, value: int, channel: int = 0) -> dict[str, Move]:
    message = mido.Message("control_change", control=control, value=value, channel=channel)
    return {move.control.kind: move for move in assembler.moves(message)}


@pytest.fixture
def keys() -> Assembler:
    return Assembler("keys")


def test_a_controller_has_its_channel_and_port(keys: Assembler) -> None:
    assert moved(keys, 70, 127, channel=15) == {CC: Move(Physical(CC, 70, 16, "keys"), 1.0, 127)}


@pytest.mark.parametrize("control", range(120, 128))
def test_modes_are_no_controls(keys: Assembler, control: int) -> None:
    assert moved(keys, control, 0) == {}


def test_pairs_of_controllers_are_fourteen_bits(keys: Assembler) -> None:
    for value in (0, 1, 127, 128, 8191, 16_383):
        moved(keys, 21, value >> 7)
        fine = moved(keys, 53, value & 127)[CC14]
        assert fine.control == Physical(CC14, 21, 1, "keys")
        assert fine.position == pytest.approx(value / 16_383)
    assert moved(keys, 21, 64)[CC14].position == pytest.approx(8192 / 16_383)  # clears the second
    assert moved(keys, 53, 1, channel=1)[CC14].position == pytest.approx(1 / 16_383)


def test_a_parameter_number_and_its_data(keys: Assembler) -> None:
    assert NRPN not in moved(keys, 6, 1)
    moved(keys, 99, 2)
    moved(keys, 98, 44)
    data = moved(keys, 6, 100)[NRPN]
    assert (data.control, data.value) == (Physical(NRPN, 300, 1, "keys"), 100)
    assert data.position == pytest.approx(12_800 / 16_383)
    assert moved(keys, 38, 5)[NRPN].position == pytest.approx(12_805 / 16_383)
    assert moved(keys, 96, 0)[NRPN].position == pytest.approx(12_806 / 16_383)
    assert moved(keys, 97, 0)[NRPN].position == pytest.approx(12_805 / 16_383)
    assert NRPN not in moved(keys, 6, 1, channel=1)
    moved(keys, 98, 45)  # the other half stays
    assert moved(keys, 6, 0)[NRPN].control.number == 301


@pytest.mark.parametrize("selection", [((101, 0), (100, 0)), ((99, 127), (98, 127))])
def test_data_of_another_or_no_parameter_are_no_move(
    keys: Assembler, selection: tuple[tuple[int, int], ...]
) -> None:
    for control, value in ((99, 1), (98, 1), *selection):
        moved(keys, control, value)
    assert NRPN not in moved(keys, 6, 1)


def test_pressure(keys: Assembler) -> None:
    (channel,) = keys.moves(mido.Message("aftertouch", value=127, channel=2))
    assert channel == Move(Physical(PRESSURE, 0, 3, "keys"), 1.0, 127)
    (key,) = keys.moves(mido.Message("polytouch", note=60, value=0))
    assert key == Move(Physical(KEY_PRESSURE, 0, 1, "keys"), 0.0, 0)


def test_a_program_change_is_a_control(keys: Assembler) -> None:
    (move,) = keys.moves(mido.Message("program_change", program=6, channel=1))
    assert move == Move(Physical(PROGRAM, 6, 2, "keys"), 1.0, 127)


@pytest.mark.parametrize(("pitch", "position"), [(-8192, 0.0), (0, 0.5), (8191, 1.0), (4096, 0.75)])
def test_a_bend_wheel_is_a_control(keys: Assembler, pitch: int, position: float) -> None:
    (move,) = keys.moves(mido.Message("pitchwheel", pitch=pitch, channel=2))
    assert move.control == Physical(BEND, 0, 3, "keys")
    assert move.position == pytest.approx(position, abs=1e-4)


def test_a_note_is_a_control(keys: Assembler) -> None:
    found = []
    for kind, velocity in (("note_on", 100), ("note_on", 0), ("note_off", 64)):
        (move,) = keys.moves(mido.Message(kind, note=36, velocity=velocity, channel=9))
        assert move.control == Physical(NOTE, 36, 10, "keys")
        found.append((move.value, move.is_pressed))
    assert found == [(100, True), (0, False), (0, False)]
