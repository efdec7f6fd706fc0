"""Which table of several counts for a control."""

import pytest

from rtsynth.common.errors import InputError
from rtsynth.host.mapping.binding import CC, CC14, Binding, Move, Physical
from rtsynth.host.mapping.table import MidiMap, find_bound, find_default
from tests.rtsynth.control.recording_engine import RecordingEngine

SLOT = RecordingEngine().describe().slots[0]
FINE, COARSE = Physical(CC14, 7, 1, "keys"), Physical(CC, 7, 1, "keys")
MOVES = [Move(FINE, 0.25, 32), Move(COARSE, 32 / 127, 32)]


def test_the_upper_table_counts_and_in_it_the_finest_name() -> None:
    upper = MidiMap((Binding("pitch", Physical(CC, 7)),))
    lower = MidiMap((Binding("rate", Physical(CC14, 7)), Binding("gain", Physical(CC, 7))))
    found = find_bound((upper, lower), MOVES)
    assert found == (MOVES[1], [upper.bindings[0]])
    found = find_bound((MidiMap(), lower), MOVES)
    assert found == (MOVES[0], [lower.bindings[0]])
    assert find_bound((MidiMap(),), MOVES) is None


def test_all_bindings_of_a_table_to_one_control_count() -> None:
    both = (Binding("pitch", Physical(CC, 7)), Binding("rate", Physical(CC, 7, 1)))
    assert MidiMap(both).of(COARSE) == list(both)


def test_defaults_are_there_unless_a_table_drops_them() -> None:
    found = find_default((MidiMap(),), MOVES, SLOT)
    assert found is not None
    assert [binding.target for binding in found[1]] == ["gain"]
    assert find_default((MidiMap(), MidiMap(defaults=False)), MOVES, SLOT) is None
    assert find_default((MidiMap(),), MOVES, None) is None


def test_a_target_that_no_plugin_has_is_refused() -> None:
    description = RecordingEngine().describe()
    MidiMap((Binding("pitch", Physical(CC, 7)),)).check(description)
    with pytest.raises(InputError, match="here: target: no control 'heat'"):
        MidiMap((Binding("heat", Physical(CC, 7), origin="here"),)).check(description)
    with pytest.raises(InputError, match="here: slot 3 has no plugin"):
        MidiMap((Binding("pitch", Physical(CC, 7), 3, origin="here"),)).check(description)


def test_targets_may_be_the_mixers() -> None:
    description = RecordingEngine().describe()
    targets = Binding("pan", Physical(CC, 7)), Binding("mixer.mute", Physical(CC, 7), 1)
    MidiMap((*targets, Binding("dc_block", Physical(CC, 7), 0))).check(description)
    for slot, target in ((None, "dc_block"), (0, "pan"), (1, "dc_block")):
        with pytest.raises(InputError, match="target: no control"):
            MidiMap((Binding(target, Physical(CC, 7), slot, origin="here"),)).check(description)
