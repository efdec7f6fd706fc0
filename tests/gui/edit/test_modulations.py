"""What the engine says about modulation, as messages, read into a table."""

import pytest

from rtsynth.common.control_info import Owner
from rtsynth.control.osc.packet import OscMessage
from rtsynth_gui.edit.modulations import (
    Modulations,
    can_be_modulated,
    depth_key,
    is_depth,
    slot_of,
)
from rtsynth_gui.link.control import Control

PITCH = Control("pitch", 64, 76, 69, address="/slot/3/param/pitch")
KEY = "/slot/3/modulate lfo1 pitch"


def assigned(source: str, depth: float | str, slot: int = 3, name: str = "pitch") -> OscMessage:
    return OscMessage(f"/slot/{slot}/modulate", (source, name, depth))


@pytest.fixture
def modulations() -> Modulations:
    return Modulations()


def test_assignments_are_read_as_they_are_made(modulations: Modulations) -> None:
    modulations.take([assigned("macro1", 1), assigned("lfo1", 0.25), assigned("lfo1", 0.1, slot=1)])
    assert modulations.of(PITCH) == {"lfo1": 0.25, "macro1": 1.0}
    modulations.take([assigned("lfo1", 0.0)])
    assert modulations.of(PITCH) == {"macro1": 1.0}
    modulations.take([OscMessage("/slot/3/modulate/clear", ())])
    assert modulations.of(PITCH) == {}
    assert modulations.depth("/slot/1/modulate lfo1 pitch") == 0.1


def test_a_whole_list_replaces_what_was_there(modulations: Modulations) -> None:
    modulations.take([assigned("lfo2", 0.5)])
    asked = OscMessage("/done", ("/slot/3/modulation",))
    modulations.take([asked])
    assert modulations.of(PITCH) == {"lfo2": 0.5}, "it was in the list"
    modulations.take([asked])
    assert modulations.of(PITCH) == {}


def test_malformed_assignments_are_left_out(modulations: Modulations) -> None:
    modulations.take([assigned("lfo1", "far"), assigned("lfo1", float("nan"))])
    modulations.take([OscMessage("/slot/3/modulate", ("lfo1",)), OscMessage("/done", ())])
    assert modulations.of(PITCH) == {}


def test_a_depth_has_a_key_among_the_addresses(modulations: Modulations) -> None:
    assert depth_key(PITCH, "lfo1") == KEY
    assert is_depth(KEY)
    assert not is_depth(PITCH.address)
    assert slot_of(PITCH) == 3
    assert slot_of(Control("gain", 0, 1, 0, address="/master/gain")) == 0
    modulations.put(KEY, -0.5)
    assert modulations.depth(KEY) == -0.5


@pytest.mark.parametrize(
    ("name", "owner", "can"),
    [
        ("pitch", Owner.PLUGIN, True), ("gain", Owner.ENGINE, True),
        ("lfo1_rate", Owner.ENGINE, True), ("lfo1_shape", Owner.ENGINE, False),
        ("lfo2_beats", Owner.ENGINE, False), ("macro2", Owner.ENGINE, False),
        ("tempo", Owner.ENGINE, False), ("follow", Owner.ENGINE, False),
        ("follow_gain", Owner.ENGINE, True), ("mixer.pan", Owner.MIXER, False),
    ],
)  # fmt: skip
def test_what_can_be_modulated(name: str, owner: Owner, can: bool) -> None:
    assert can_be_modulated(Control(name, 0, 1, 0, owner=owner)) is can


def test_what_each_source_moves(modulations: Modulations) -> None:
    modulations.take([assigned("macro1", 1), assigned("lfo1", 0.25), assigned("lfo1", 1, name="a")])
    assert modulations.moved(3) == {"lfo1": ["pitch", "a"], "macro1": ["pitch"]}
    assert modulations.moved(1) == {}
    assert modulations.changed == {3}
